import { describe, expect, it } from 'vitest'
import type { Json } from '../../../../protocol/canonical.ts'
import { contentHash } from '../../../../protocol/canonical.ts'
import type { TaskEventOf } from '../../../../protocol/events.ts'
import { type Hex, sha256 } from '../../../../protocol/hash.ts'
import { askedHash, type KeyAnswer } from '../../../../protocol/key-release.ts'
import { Drive, planOf, taskId, typesOf } from '../drive.ts'

const signature: Hex = `0x${'22'.repeat(65)}`
const commitment = sha256('what was sealed')
const sealed = (more: object = {}) =>
  ({
    sealed: 'entente.sealed/1',
    class: 'restricted',
    ...{ taskId, subtaskId: 'make', attempt: 1, agentId: '1', at: '' },
    commitment,
    keyHash: sha256('key'),
    ciphertext: 'AAAA',
    ...more,
  }) as unknown as Json
const plan = planOf([
  { id: 'make' },
  { id: 'take', after: ['make'], input: 'outputs.make', attempts: 2, deadlineMs: 1_000 },
])
const receiver = {
  agentId: '2',
  domainId: 'domain-2',
  wallet: `0x${'11'.repeat(20)}`,
  publicKey: sha256('2'),
  signature,
}

/** The taker has its work at 1,000 ms, until 2,000. */
function given(value = sealed()) {
  const drive = new Drive().planned(plan)
  drive.assign('make', ['1'])
  drive.result('make', '1', value)
  drive.assign('take', ['2'])
  const ask = () => drive.when({ type: 'askKeys', subtaskId: 'take', attempt: 1, receivers: [receiver], consents: [] })
  return { drive, ask }
}

function release([asked]: readonly unknown[], more: object = {}): KeyAnswer {
  const wraps = [{ receiver: '2', commitment, enc: 'AAAA', wrapped: 'AAAA' }]
  const hash = askedHash(asked as TaskEventOf<'KeysAsked'>)
  const place = { taskId, subtaskId: 'take', attempt: 1, agentId: '1', askedHash: hash }
  return { kind: 'release', release: { ...place, wrapsHash: contentHash(wraps), ...more }, wraps, signature }
}

const answer = (drive: Drive, given: KeyAnswer, agentId = '1') =>
  drive.when({ type: 'answerKeys', agentId, answer: given })
const faultsOf = (drive: Drive) => drive.task.subtasks.get('take')!.faults.map(({ agentId, fault }) => [agentId, fault])

describe('the keys to what is sealed', () => {
  it('are asked for once, of whoever sealed it, and counted once', () => {
    const { drive, ask } = given()
    const asked = ask()
    expect(asked).toMatchObject([
      {
        type: 'KeysAsked',
        deadlineMs: 1_500,
        wanted: [{ agentId: '1', subtaskId: 'make', commitment }],
        receivers: [receiver],
      },
    ])
    expect(ask()).toEqual([])
    expect(typesOf(answer(drive, release(asked)))).toEqual(['KeysAnswered'])
    expect(answer(drive, release(asked))).toEqual([])
  })

  it.each<[string, object, string]>([
    ['another request', { askedHash: sha256('another') }, '1'],
    ['another attempt', { attempt: 2 }, '1'],
    ['other wraps than were signed', { wrapsHash: sha256('other') }, '1'],
    ['an agent that sealed nothing of it', { agentId: '3' }, '3'],
  ])('do not count in an answer to %s', (_, more, agentId) => {
    const { drive, ask } = given()
    expect(answer(drive, release(ask(), more), agentId)).toEqual([])
  })

  it('do not count in the second half of the time, and whoever withheld them is at fault, not who waited', () => {
    const { drive, ask } = given()
    const asked = ask()
    drive.nowMs = 1_501
    expect(answer(drive, release(asked))).toEqual([])
    drive.at(2_000)
    expect(faultsOf(drive)).toEqual([['1', 'no-show']])
    expect(drive.task.subtasks.get('take')!.failed.size).toBe(0)
  })

  it('once they are there leave the fault with who is silent then', () => {
    const { drive, ask } = given()
    answer(drive, release(ask()))
    drive.at(2_000)
    expect(faultsOf(drive)).toEqual([['2', 'no-show']])
  })

  it("that nobody was asked for are nobody's fault", () => {
    const { drive } = given()
    drive.at(2_000)
    expect(faultsOf(drive)).toEqual([])
  })

  it('kept back end the attempt at once, without a fault, and another may follow', () => {
    const { drive, ask } = given()
    const { release: place } = release(ask()) as Extract<KeyAnswer, { kind: 'release' }>
    const { wrapsHash: _, ...placed } = place
    const refusal = { ...placed, code: 'RELEASE_DENIED' as const, reason: 'no' }
    const events = answer(drive, { kind: 'withheld', refusal, signature })
    expect(typesOf(events)).toEqual(['KeysAnswered', 'AttemptFailed'])
    expect(events[1]).toMatchObject({ retry: true, reason: expect.stringContaining('RELEASE_DENIED') })
    expect(faultsOf(drive)).toEqual([])
  })

  it('of what was sealed in no work of this task are not asked for', () => {
    for (const more of [{ taskId: sha256('other') }, { agentId: '3' }, { attempt: 2 }, { subtaskId: 'take' }])
      expect(given(sealed(more)).ask()).toEqual([])
  })
})
