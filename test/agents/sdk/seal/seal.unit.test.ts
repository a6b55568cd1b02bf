import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cardOf } from '../../../../agents/sdk/card.ts'
import { skill } from '../../../../agents/sdk/define.ts'
import { contentKeyOf } from '../../../../agents/sdk/seal/content-key.ts'
import { sealingOf } from '../../../../agents/sdk/seal/sealing.ts'
import { sealingKeyOf, wrapKey } from '../../../../agents/sdk/seal/wrap.ts'
import type { ExecuteItem } from '../../../../agents/sdk/work-items.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import { type Hex, sha256 } from '../../../../protocol/hash.ts'
import { type KeyAnswer, wrapInfo } from '../../../../protocol/key-release.ts'
import { openSealed } from '../../../../protocol/seal-cipher.ts'
import { isSealed, type MadeSeal, sealsIn } from '../../../../protocol/sealed.ts'
import { executeItem } from '../office.ts'
import { identityNumber } from './identity.ts'

const maker = identityNumber('1')
const taker = identityNumber('2')
const stranger = identityNumber('3')
const restricted = z.string().meta({ class: 'restricted' })
const make = skill({
  name: 'make',
  version: '1.0.0',
  description: '',
  input: z.null(),
  output: z.object({ patients: z.array(z.object({ name: restricted, bed: z.int() })), count: z.int() }),
  price: 1n,
  run: () => output,
})
const output = {
  patients: [
    { name: 'Ann', bed: 1 },
    { name: 'Ann', bed: 2 },
  ],
  count: 2,
}
const made = executeItem(maker, 'make@1', null, { subtaskId: 'make' })
const sealed = sealingOf(maker, [make]).seal(make, made, output)
const [first, second] = sealsIn(sealed).map(({ seal }) => seal) as [MadeSeal, MadeSeal]

/** A release of the first sealed value to an agent, for an attempt. */
async function released(item: ExecuteItem, to = taker, contentKey = keyTo(first)): Promise<KeyAnswer> {
  const { taskId, subtaskId, attempt } = item
  const place = { taskId, subtaskId, attempt, agentId: maker.agentId, askedHash: sha256('asked') }
  const { commitment } = first
  const info = wrapInfo({ ...place, receiver: to.agentId, commitment })
  const wrap = {
    receiver: to.agentId,
    commitment,
    ...(await wrapKey(contentKey, (await sealingKeyOf(to)).publicKey, info)),
  }
  return {
    kind: 'release',
    release: { ...place, wrapsHash: sha256('') },
    wraps: [wrap],
    signature: `0x${'00'.repeat(65)}`,
  }
}

const keyTo = (seal: MadeSeal) => contentKeyOf(maker, seal, seal.commitment)
const given = (seal: Json, more: Partial<ExecuteItem> = {}) =>
  executeItem(taker, 'take@1', { name: seal }, { taskId: made.taskId, ...more })
const opened = async (item: ExecuteItem, keys: KeyAnswer[], as = taker) => sealingOf(as, []).open({ ...item, keys })
const failing = (code: string) => expect.objectContaining({ code })

describe('what a schema marks as restricted', () => {
  it('is sealed, each value for itself; the rest stays as it is', () => {
    expect(sealed).toMatchObject({ patients: [{ bed: 1 }, { bed: 2 }], count: 2 })
    const seals = sealsIn(sealed).map(({ seal }) => seal)
    expect(seals.map(({ at }) => at)).toEqual(['/patients/0/name', '/patients/1/name'])
    // Nobody sees that two are the same.
    expect(new Set(seals.flatMap(({ commitment, ciphertext }) => [commitment, ciphertext])).size).toBe(4)
    expect(JSON.stringify(sealed)).not.toContain('Ann')
  })

  it('is sealed alike by every process of the agent, so that a reveal opens what another committed to', () => {
    expect(sealingOf(maker, [make]).seal(make, made, output)).toEqual(sealed)
  })

  it('cannot stand where it would seal nothing', () => {
    const person = z.object({ name: restricted }).meta({ id: 'person' })
    const hidden = { ...make, output: z.object({ a: person, b: person }) }
    const definition = { name: 'a', description: '', skills: [hidden] }
    expect(() => cardOf(definition)).toThrow('class restricted can stand')
  })
})

describe('a sealed value', () => {
  it('is opened by the key that was released for the attempt', async () => {
    const item = given(first as unknown as Json)
    expect(await opened(item, [await released(item)])).toEqual({ name: 'Ann' })
  })

  it.each<[string, string, () => Promise<unknown>]>([
    ['no key', 'SEAL_KEY_WRONG', async () => opened(given(first as unknown as Json), [])],
    [
      "another value's key",
      'SEAL_KEY_WRONG',
      async () => {
        const item = given(first as unknown as Json)
        return opened(item, [await released(item, taker, keyTo(second))])
      },
    ],
    [
      'a key wrapped for somebody else',
      'SEAL_KEY_WRONG',
      async () => {
        const item = given(first as unknown as Json)
        const theirs = (await released(item, stranger)) as Extract<KeyAnswer, { kind: 'release' }>
        return opened(item, [{ ...theirs, wraps: theirs.wraps.map(wrap => ({ ...wrap, receiver: taker.agentId })) }])
      },
    ],
    [
      'a release of another attempt',
      'RELEASE_REPLAYED',
      async () => {
        const item = given(first as unknown as Json)
        return opened({ ...item, attempt: 2 }, [await released(item)])
      },
    ],
    [
      'a release of another attempt that says it is of this one',
      'SEAL_KEY_WRONG',
      async () => {
        const item = given(first as unknown as Json)
        const old = (await released(item)) as Extract<KeyAnswer, { kind: 'release' }>
        return opened({ ...item, attempt: 2 }, [{ ...old, release: { ...old.release, attempt: 2 } }])
      },
    ],
    [
      'a changed ciphertext',
      'SEAL_BROKEN',
      async () => {
        const bytes = Buffer.from(first.ciphertext, 'base64')
        bytes[40]! ^= 1
        const item = given({ ...first, ciphertext: bytes.toString('base64') } as unknown as Json)
        return opened(item, [await released(item)])
      },
    ],
    [
      'another place than that at which it was sealed',
      'SEAL_BROKEN',
      async () => {
        const item = given({ ...first, at: '/patients/1/name' } as unknown as Json)
        return opened(item, [await released(item)])
      },
    ],
  ])('is not opened by %s: %s', async (_, code, open) => {
    await expect(open()).rejects.toEqual(failing(code))
  })

  it('is opened by whoever is given the content key, and proves to be what was committed to', () => {
    expect(openSealed(first, keyTo(first), maker.domain)).toBe('Ann')
    const elsewhere = { ...maker.domain, chainId: 1 }
    expect(() => openSealed(first, keyTo(first), elsewhere)).toThrow(failing('SEAL_BROKEN'))
    const commitment: Hex = sha256('another')
    expect(isSealed({ ...first, commitment })).toBe(true)
    expect(() => openSealed({ ...first, commitment }, keyTo(first), maker.domain)).toThrow(failing('SEAL_BROKEN'))
  })
})
