import { describe, expect, it } from 'vitest'
import { isSignedByMaker } from '../../../../coordinator/flow/seal/answer-keys.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import { signDocument } from '../../../../protocol/documents.ts'
import { sha256 } from '../../../../protocol/hash.ts'
import { askedHash, type KeyAnswer, type KeysAsked } from '../../../../protocol/key-release.ts'
import { identityNumber } from '../../../agents/sdk/seal/identity.ts'
import { Drive, planOf, taskId } from '../drive.ts'
import { givenSeal, giver, keeper, restricted } from './given-seals.ts'

const schema = { type: 'object', properties: { name: restricted, room: { type: 'integer' } }, required: ['name'] }
const take = planOf([{ id: 'take', after: ['word'], input: 'outputs.word', deadlineMs: 1_000 }])
const node = { id: 'word', title: '', after: [] }
const wait = { event: 'born', payload: schema, deadlineMs: 9_000, onSilence: 'fail' as const }
const ask = { question: 'Who?', answer: schema, deadlineMs: 9_000 }
const by = { signer: giver, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }

const ways = {
  signal(payload: Json, keepers: object[] = [keeper]) {
    const drive = new Drive().planned({ ...take, waits: [{ ...node, wait }] })
    return { drive, say: () => drive.when({ type: 'signal', signal: 'born', payload, by, keepers }) }
  },
  answer(answer: Json, keepers: object[] = [keeper]) {
    const drive = new Drive().planned({ ...take, asks: [{ ...node, ask }] })
    const { contentHash } = drive.task.subtasks.get('word')!.question!
    return {
      drive,
      say: () => drive.when({ type: 'answerQuestion', subtaskId: 'word', contentHash, answer, by, keepers }),
    }
  },
}
const failing = (code: string) => expect.objectContaining({ code })

describe.each(['signal', 'answer'] as const)('what is restricted of a %s', way => {
  it('is taken sealed, handed on whole, and its key asked of its keeper', () => {
    const { drive, say } = ways[way]({ name: givenSeal(), room: 3 })
    expect(say()[0]).toMatchObject({ keepers: [keeper] })
    drive.assign('take', ['2'])
    const key = { wallet: giver, publicKey: sha256('2'), signature: by.signature }
    const receivers = [{ agentId: '2', domainId: 'domain-2', ...key }]
    const [asked] = drive.when({ type: 'askKeys', subtaskId: 'take', attempt: 1, receivers, consents: [] })
    expect(asked).toMatchObject({ wanted: [{ agentId: '7', domainId: 'police', by: giver, to: { taskId } }] })
    expect(JSON.stringify(asked)).not.toContain('ciphertext')
    // Its silence is nobody's fault, and least of all that of who waited.
    drive.at(2_000)
    expect(drive.task.subtasks.get('take')!.faults).toEqual([])
  })

  it('is refused in plain, before anything happens', () => {
    const { drive, say } = ways[way]({ name: 'Ann', room: 3 })
    const before = drive.history.length
    expect(say).toThrow(failing('SEAL_MISSING'))
    expect(say).toThrow('/name is restricted, and came in plain')
    expect(drive.history).toHaveLength(before)
  })

  it.each<[string, object, object[]]>([
    ['by somebody else', { by: `0x${'99'.repeat(20)}` }, [keeper]],
    ['for another task', { to: { taskId: sha256('other') } }, [keeper]],
    ['for an order', { to: { nonce: '7' } }, [keeper]],
    ['for a keeper that nobody knows', {}, []],
  ])('is refused when it is sealed %s', (_, more, keepers) => {
    expect(ways[way]({ name: givenSeal(more) }, keepers).say).toThrow(failing('SEAL_UNFIT'))
  })

  it('leaves the rest to the schema', () => {
    const code = way === 'signal' ? 'SIGNAL_REFUSED' : 'ANSWER_INVALID'
    expect(ways[way]({ name: givenSeal(), room: 'three' }).say).toThrow(failing(code))
  })
})

it("a keeper's answer counts by its own wallet alone", () => {
  const own = identityNumber('7')
  const kept = { ...keeper, wallet: own.wallet }
  const { drive, say } = ways.signal({ name: givenSeal() }, [kept])
  say()
  drive.assign('take', ['2'])
  const receivers = [
    { agentId: '2', domainId: 'domain-2', wallet: giver, publicKey: sha256('2'), signature: by.signature },
  ]
  const [asked] = drive.when({ type: 'askKeys', subtaskId: 'take', attempt: 1, receivers, consents: [] })
  const place = { taskId, subtaskId: 'take', attempt: 1, agentId: '7', askedHash: askedHash(asked as KeysAsked) }
  const refusal = { ...place, code: 'RELEASE_DENIED' as const, reason: 'no' }
  const signedBy = (privateKey: `0x${string}`): KeyAnswer => ({
    kind: 'withheld',
    refusal,
    signature: signDocument(own.domain, 'KeyRefusal', refusal, privateKey),
  })
  expect(isSignedByMaker(drive.task, '7', signedBy(own.privateKey), own.domain)).toBe(true)
  expect(isSignedByMaker(drive.task, '7', signedBy(identityNumber('8').privateKey), own.domain)).toBe(false)
})
