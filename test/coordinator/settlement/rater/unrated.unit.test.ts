import { describe, expect, it } from 'vitest'
import { firstOf, rateCall } from '../../../../coordinator/settlement/rater/calls.ts'
import { Unrated } from '../../../../coordinator/settlement/rater/unrated.ts'
import { canonicalJson, contentHash } from '../../../../protocol/canonical.ts'
import type { ChainEvent } from '../../../../protocol/chain-event.ts'
import type { TaskEntry, TaskEvent } from '../../../../protocol/events.ts'
import { type Hex, sha256 } from '../../../../protocol/hash.ts'
import type { Settlement } from '../../../../protocol/settlement.ts'

const [one, two] = [sha256('one'), sha256('two')]
const none = `0x${'00'.repeat(32)}` as Hex
const ratings = [
  { agentId: '1', score: 100, tag: 'count@1' },
  { agentId: '12', score: 50, tag: '' },
]

function settlementOf(taskId: Hex, more: Partial<Settlement> = { ratings }): Settlement {
  const money = { budget: '100', payments: [{ agentId: '1', amount: '60' }], penalties: [], fee: '1', refund: '39' }
  return { taskId, ...money, contribution: none, ...more }
}

function logOf(taskId: Hex, settledAtMs: number, settlement = settlementOf(taskId)): TaskEntry[] {
  const computed = { type: 'SettlementComputed', atMs: 1, settlement, settlementHash: contentHash(settlement) }
  const settled = { type: 'TaskSettled', atMs: settledAtMs, txHash: none, blockNumber: 1 }
  const events = [computed, settled] as TaskEvent[]
  return events.map((event, first) => ({ taskId, first, events: [event] }) as unknown as TaskEntry)
}

const told = (taskId: Hex, agentId: string, event = 'TaskRated', txHash = none) =>
  ({ contract: 'TaskFeedback', event, args: { taskId, agentId }, txHash }) as unknown as ChainEvent

const agentsIn = (unrated: Unrated) => unrated.waiting.map(({ taskId, agentIds }) => [taskId, [...agentIds]])

describe('what waits to be rated', () => {
  it('are the ratings of settled tasks that the chain does not have, the longest settled first', () => {
    const unrated = new Unrated()
    const [computed, settled] = logOf(one, 20)
    unrated.takeEntry(computed!)
    expect(unrated.waiting).toEqual([])
    unrated.takeEntry(settled!)
    for (const entry of logOf(two, 10)) unrated.takeEntry(entry)
    expect(agentsIn(unrated)).toEqual([
      [two, ['1', '12']],
      [one, ['1', '12']],
    ])
    unrated.takeChainEvent(told(two, '1'))
    unrated.takeChainEvent(told(one, '1'))
    unrated.takeChainEvent(told(one, '12', 'RatingShutOut'))
    expect(agentsIn(unrated)).toEqual([[two, ['12']]])
    expect(unrated.count).toBe(1)
    expect(unrated.seen).toEqual({ rated: 2, shutOut: 1 })
  })

  it('is due when so many ratings wait, or the longest settled has waited so long', () => {
    const unrated = new Unrated()
    expect(unrated.isDue({ ratings: 1, seconds: 0 }, 1e12)).toBe(false)
    for (const entry of logOf(two, 30_000)) unrated.takeEntry(entry)
    for (const entry of logOf(one, 20_000)) unrated.takeEntry(entry)
    const due = (ratings: number, seconds: number) => unrated.isDue({ ratings, seconds }, 25_000)
    expect([due(4, 600), due(5, 600), due(5, 5), due(5, 6)]).toEqual([true, false, true, false])
  })

  it('is the same where the chain was read before the log', () => {
    const unrated = new Unrated()
    unrated.takeChainEvent(told(one, '1'))
    for (const entry of logOf(one, 20)) unrated.takeEntry(entry)
    expect(agentsIn(unrated)).toEqual([[one, ['12']]])
  })

  it('is nothing of a settlement without ratings, and of a batch that fell', () => {
    const unrated = new Unrated()
    for (const entry of logOf(one, 20, settlementOf(one, {}))) unrated.takeEntry(entry)
    expect(unrated.waiting).toEqual([])
    const [computed, settled] = logOf(two, 20)
    const batched = { type: 'TaskBatched', batch: '3', line: 4 } as unknown as TaskEvent
    unrated.takeEntry(computed!)
    unrated.takeEntry({ ...settled!, events: [batched] })
    unrated.takeEntry({ ...settled!, events: [{ type: 'BatchFell' } as TaskEvent] })
    expect(unrated.waiting).toEqual([])
    unrated.takeEntry({ ...settled!, events: [{ ...batched, batch: '5' } as TaskEvent, ...settled!.events] })
    expect(unrated.waiting).toMatchObject([{ taskId: two, batched: { id: 5n, line: 4 } }])
  })

  it('tells each transaction once, with the task that it rated first', () => {
    const unrated = new Unrated()
    const [first, second] = [sha256('first'), sha256('second')]
    for (const [taskId, txHash] of [
      [one, first],
      [two, first],
      [two, second],
    ] as const) {
      unrated.takeChainEvent(told(taskId, '1', 'TaskRated', txHash))
    }
    expect(unrated.takeWritten()).toEqual([
      [first, one],
      [second, two],
    ])
    expect(unrated.takeWritten()).toEqual([])
  })
})

describe('a message of ratings', () => {
  const tasks = [one, two].map(taskId => {
    const settlement = settlementOf(taskId)
    const known = { settledAtMs: 1, batched: null, agentIds: new Set(['1', '12']) }
    return { taskId, settlement, evidence: contentHash(settlement), ...known }
  })

  it('has so many at most, and goes on where the one before ended', () => {
    expect(firstOf(tasks, 3).map(({ agentIds }) => [...agentIds])).toEqual([['1', '12'], ['1']])
    expect(firstOf(tasks, 2)).toHaveLength(1)
  })

  it('shows the document that the settlement names, and in it the place of each item', () => {
    const { args } = rateCall(firstOf(tasks, 3))
    const [shown] = args as [{ settlement: { evidence: Hex }; said: { document: Hex; ratings: { place: bigint }[] } }[]]
    for (const [index, { settlement, said }] of shown.entries()) {
      const document = Buffer.from(said.document.slice(2), 'hex')
      expect(settlement.evidence).toBe(sha256(document))
      for (const { place, ...rating } of said.ratings) {
        const item = canonicalJson(rating)
        expect(document.toString('utf8', Number(place), Number(place) + item.length)).toBe(item)
      }
      expect(said.ratings).toHaveLength(2 - index)
    }
  })
})
