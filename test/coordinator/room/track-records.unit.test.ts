import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Deeds, deedsOf } from '../../../coordinator/flow/deeds.ts'
import { recordOf, reputationsAfter } from '../../../coordinator/flow/reputation.ts'
import { TrackRecords } from '../../../coordinator/room/track-records.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import { Drive, planOf } from '../flow/drive.ts'

const skill = 's@1'
const dayMs = 86_400_000
const noHash = `0x${'00'.repeat(32)}` as const
const deed = fc.record({
  agent: fc.integer({ min: 1, max: 4 }),
  by: fc.constantFrom('x', 'y', 'd1', null),
  good: fc.nat(12),
  bad: fc.nat(2),
})
interface Said {
  readonly agent: number
  readonly by: string | null
  readonly good: number
  readonly bad: number
}
const deedsIn = (day: number, { agent, by, good, bad }: Said): Deeds => ({
  atMs: day * dayMs + 1,
  by,
  of: [{ agentId: `${agent}`, domainId: `d${agent % 3}`, skill, good, bad }],
})
const wordsIn = ({ agent, by, good, bad }: Said) =>
  Array.from({ length: good + bad }, (_, n) => {
    return { agentId: `${agent}`, domainId: `d${agent % 3}`, skill, good: n < good, by }
  })
const recordsOf = (days: readonly (readonly Said[])[]) => {
  const records = new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }])
  for (const [day, said] of days.entries()) for (const each of said) records.take(deedsIn(day + 1, each))
  return records
}

describe('track records', () => {
  it('are, at every moment, what the rule makes of all epochs and of the last one so far', () => {
    fc.assert(
      fc.property(fc.array(fc.array(deed, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }), days => {
        const reputations = days.reduce(
          (before, said) => reputationsAfter(before, said.flatMap(wordsIn), usualParameters),
          new Map() as ReturnType<typeof reputationsAfter>,
        )
        const records = recordsOf(days)
        for (const agentId of ['1', '2', '3', '4']) {
          const domainId = `d${Number(agentId) % 3}`
          const { own, domain } = recordOf(reputations, skill, agentId, domainId)
          const { reputation } = records.of(skill, agentId, domainId)
          for (const [found, due] of [
            [reputation.own, own],
            [reputation.domain, domain],
          ] as const) {
            expect(found.good).toBeCloseTo(due.good, 1)
            expect(found.bad).toBeCloseTo(due.bad, 1)
          }
        }
      }),
    )
  })

  it('are the same to whoever reads the log, and do not go back when a clock does', () => {
    const days = [[{ agent: 1, by: 'x', good: 3, bad: 0 }], [{ agent: 1, by: 'y', good: 0, bad: 1 }]]
    const late = deedsIn(1, { agent: 1, by: 'y', good: 2, bad: 0 })
    const [one, two] = [recordsOf(days), recordsOf(days)]
    one.take(late)
    two.take(late)
    expect(one.of(skill, '1', 'd1')).toEqual(two.of(skill, '1', 'd1'))
    expect(one.of(skill, '1', 'd1').reputation.own).toEqual({ good: 3 * 0.95 + 2, bad: 1 })
  })

  it('forget who has not worked for long, and hold no more than there are agents that have', () => {
    const records = recordsOf([[{ agent: 1, by: 'x', good: 9, bad: 0 }]])
    records.take(deedsIn(60, { agent: 2, by: 'x', good: 1, bad: 0 }))
    expect(records.of(skill, '1', 'd1').reputation.own.good).toBeCloseTo(9 * 0.95 ** 59, 2)
    records.take(deedsIn(300, { agent: 2, by: 'x', good: 1, bad: 0 }))
    expect(records.of(skill, '1', 'd1').reputation.own).toEqual({ good: 0, bad: 0 })
  })

  it('go by the rules of their day: a change ends the epoch under way, and epochs are counted from it', () => {
    const periods = [{ fromMs: 0, parameters: usualParameters }]
    const records = new TrackRecords(() => periods)
    const good = (atMs: number) => records.take({ ...deedsIn(1, { agent: 1, by: 'x', good: 2, bad: 0 }), atMs })
    const own = () => records.of(skill, '1', 'd1').reputation.own.good
    good(dayMs)
    const changed = { ...usualParameters, 'reputation-decay-bps': 5_000, 'reputation-epoch-seconds': 10 }
    periods.push({ fromMs: dayMs + 500, parameters: changed })
    // Known, and not in force yet.
    good(dayMs + 400)
    expect(own()).toBe(4)
    good(dayMs + 600)
    expect(own()).toBe(4 * 0.5 + 2)
    good(dayMs + 10_499)
    expect(own()).toBe(4 * 0.5 + 4)
    good(dayMs + 10_500)
    const second = (4 * 0.5 + 4) * 0.5 + 2
    expect(own()).toBe(second)
    periods.push({ fromMs: dayMs + 11_000, parameters: usualParameters })
    good(dayMs + 12_000)
    expect(own()).toBe(second * 0.95 + 2)
  })

  it('know how long an agent takes, the latest task more than those before', () => {
    const records = new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }])
    const of = (tookMs: number): Deeds => {
      const deeds = deedsIn(1, { agent: 1, by: 'x', good: 1, bad: 0 })
      return { ...deeds, of: [{ ...deeds.of[0]!, tookMs }] }
    }
    expect(records.of(skill, '1', 'd1')).not.toHaveProperty('tookMs')
    for (const tookMs of [100, 100, 600]) records.take(of(tookMs))
    expect(records.of(skill, '1', 'd1').tookMs).toBe(200)
    records.take({ ...of(9_000), by: 'd1' })
    expect(records.of(skill, '1', 'd1').tookMs).toBe(200)
  })
})

it('a task says how its agents did once it is settled and proven, and not before', () => {
  const drive = new Drive().planned(planOf([{ id: 's', replicas: 3, quorum: 2 }]), { domainId: 'x' })
  drive.assign('s', ['1', '2', '3'])
  for (const agentId of ['1', '2', '3']) drive.commit('s', agentId)
  for (const agentId of ['1', '2']) drive.result('s', agentId, 'right')
  drive.result('s', '3', 'wrong')
  drive.when({ type: 'recordSettlement', txHash: noHash, blockNumber: 1 })
  expect(deedsOf(drive.task)).toBeNull()
  drive.when({ type: 'recordProof', size: 1, root: noHash, txHash: noHash, blockNumber: 1, bundle: noHash })
  expect(deedsOf(drive.task)).toMatchObject({
    by: 'x',
    of: [
      { agentId: '1', domainId: 'domain-1', skill, good: 1, bad: 0, tookMs: 0 },
      { agentId: '2', good: 1, bad: 0 },
      { agentId: '3', domainId: 'domain-3', good: 0, bad: 1 },
    ],
  })
})
