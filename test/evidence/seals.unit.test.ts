import { beforeAll, describe, expect, it } from 'vitest'
import { checkSeals } from '../../evidence/check-seals.ts'
import type { Json } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { sha256 } from '../../protocol/hash.ts'
import type { KeyAnswer, KeysAsked } from '../../protocol/key-release.ts'
import { givenSeal, keeper } from '../coordinator/flow/seal/given-seals.ts'
import { simulateBundle } from './simulated-bundle.ts'
import { walletOf } from './simulated-setting.ts'

let bundle: Bundle
beforeAll(async () => {
  bundle = await simulateBundle('policed')
})

const signature = `0x${'22'.repeat(65)}` as const
const found = (events: readonly TaskEvent[]) =>
  checkSeals({ ...bundle, events: events.map(event => ({ event, hash: sha256('') })) })

/** The first answer of a skill, with a sealed value in its place. */
function answerWith(more: object): TaskEvent[] {
  return bundle.events.map(({ event }) => {
    if (event.type !== 'ResultReceived' || event.answer.kind !== 'result') return event
    const { subtaskId, attempt, agentId } = event
    const place = { taskId: bundle.taskId, subtaskId, attempt, agentId, at: '/a' }
    const hashes = { commitment: sha256('a'), keyHash: sha256('b') }
    const seal = { sealed: 'entente.sealed/1', class: 'restricted', ...place, ...hashes, ciphertext: 'AAAA', ...more }
    return { ...event, answer: { ...event.answer, output: { a: seal } as unknown as Json } }
  })
}

/** The history up to the first flow that was decided, and a key for a domain. */
function releasedTo(domainId: string): TaskEvent[] {
  const end = bundle.events.findIndex(({ event }) => event.type === 'FlowsDecided')
  const { subtaskId } = bundle.events[end]!.event as { subtaskId: string }
  const place = { subtaskId, attempt: 1 }
  const receiver = { agentId: '99', domainId, wallet: walletOf('x'), publicKey: sha256('x'), signature }
  const asked = { type: 'KeysAsked', atMs: 1, ...place, receivers: [receiver] } as unknown as KeysAsked
  const answer = { kind: 'release' } as KeyAnswer
  const before = bundle.events.slice(0, end + 1).map(({ event }) => event)
  return [...before, asked, { type: 'KeysAnswered', atMs: 1, ...place, agentId: '3', answer }]
}

/** The order of the bundle, with a sealed value as its input. */
function orderedWith(more: object, keepers: object[]): TaskEvent[] {
  return bundle.events.map(({ event }) => {
    if (event.type !== 'TaskSubmitted' || event.authority.by !== 'order') return event
    const { nonce, requester } = event.authority.order
    const input = givenSeal({ by: requester, to: { nonce }, ...more })
    return { ...event, input, keepers: keepers as NonNullable<typeof event.keepers> }
  })
}

describe('sealed values in a bundle', () => {
  it('hold when each is of the answer that has it', () => {
    expect(found(answerWith({}))).toMatchObject({ findings: [] })
    expect(found(answerWith({})).count).toBeGreaterThan(0)
  })

  it.each([
    ['agent', { agentId: '99' }],
    ['attempt', { attempt: 7 }],
    ['task', { taskId: sha256('other') }],
    ['subtask', { subtaskId: 'other' }],
  ])('do not hold when one is of another %s', (_, more) => {
    expect(found(answerWith(more)).findings[0]!.what).toContain(`it is sealed for ${Object.keys(more)[0]}`)
  })

  it('do not hold when a key went where the policy set had denied it', () => {
    expect(found(releasedTo('weather-one')).findings).toEqual([])
    expect(found(releasedTo('weather-four')).findings[0]!.what).toContain('released to weather-four')
  })

  it('hold in an input when they are of who ordered, for that order, with a keeper that was known', () => {
    expect(found(orderedWith({}, [keeper]))).toMatchObject({ findings: [], count: found([]).count + 1 })
    for (const [more, keepers, why] of [
      [{ by: keeper.wallet }, [keeper], 'is sealed by'],
      [{ to: { nonce: '999' } }, [keeper], 'is sealed for another task'],
      [{}, [], 'names no known keeper'],
    ] as const)
      expect(found(orderedWith(more, [...keepers])).findings[0]!.what).toContain(why)
  })
})
