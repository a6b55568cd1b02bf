import { beforeAll, describe, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { simulateBundle } from './simulated-bundle.ts'

let bundle: Bundle
beforeAll(async () => {
  bundle = JSON.parse(JSON.stringify(await simulateBundle('completed')))
})

describe('a report', () => {
  it('says how much each check looked at', async () => {
    const { checks } = await verifyBundle(bundle)
    const counts = Object.fromEntries(checks.map(({ name, count }) => [name, count]))
    expect(counts).toMatchObject({ schema: 1, anchors: 2, parties: 6, assignments: 4, answers: 6, consent: 2 })
    // The order, the checkpoint, two witnesses' appointments, three commitments, three reveals, a failure, two results, an answer, an approval.
    expect(counts.signatures).toBe(15)
    expect(counts.events).toBe(bundle.events.length)
    expect(counts.rules).toBe(bundle.events.length)
  })

  it('names the task, and says in a line that the bundle holds', async () => {
    const { taskId, summary } = await verifyBundle(bundle)
    expect(taskId).toBe(bundle.taskId)
    expect(summary).toMatch(/^The bundle holds: .*signatures 15.*\.$/)
  })

  it('says what a file alone cannot show', async () => {
    const { unchecked } = await verifyBundle(bundle)
    expect(unchecked.join('\n')).toContain('blocks 101 and 102')
    for (const sentence of unchecked) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })

  it('says whose signature it is not', async () => {
    const index = bundle.events.findIndex(({ event }) => event.type === 'ResultReceived')
    const changed = structuredClone(bundle)
    const { event } = changed.events[index]!
    if (event.type === 'ResultReceived' && event.answer.kind === 'result') event.answer.receipt.finishedAtMs += 1
    const { findings } = await verifyBundle(changed)
    expect(findings[0]).toMatchObject({
      where: `/events/${index}/event/answer/receipt`,
      what: expect.stringContaining("the signature of this Receipt is not agent 3's"),
    })
  })
})

describe('a history of a task that was cancelled after work was done', () => {
  it('holds, with what was taken back, by whom, and for how much', async () => {
    const undone = await simulateBundle('undone')
    const types = undone.events.map(({ event }) => event.type)
    expect(types).toEqual(
      expect.arrayContaining([
        'TaskCanceled',
        'CompensationOpened',
        'RetryDue',
        'StarvationWarned',
        'SettlementComputed',
      ]),
    )
    expect((await verifyBundle(undone)).findings).toEqual([])
  })

  it('does not hold when nothing was taken back, though it is kept and anchored like any other', async () => {
    const forged = await simulateBundle('undone', events =>
      events.filter(event => !('subtaskId' in event && event.subtaskId === 'undo-beds')),
    )
    const { findings } = await verifyBundle(forged)
    expect(findings[0]!.what).toMatch(/CompensationOpened/)
  })
})

describe('a history', () => {
  it('does not hold without any one of its events', async () => {
    for (const index of bundle.events.keys()) {
      const { ok } = await verifyBundle({ ...bundle, events: bundle.events.toSpliced(index, 1) })
      expect(ok, `without event ${index}`).toBe(false)
    }
  })

  it('does not hold with any one of its events twice', async () => {
    for (const index of bundle.events.keys()) {
      const { ok } = await verifyBundle({ ...bundle, events: bundle.events.toSpliced(index, 0, bundle.events[index]!) })
      expect(ok, `with event ${index} twice`).toBe(false)
    }
  })

  it('does not hold with any two neighbours changed about', async () => {
    for (let index = 1; index < bundle.events.length; index++) {
      const pair = [bundle.events[index]!, bundle.events[index - 1]!]
      const { ok } = await verifyBundle({ ...bundle, events: bundle.events.toSpliced(index - 1, 2, ...pair) })
      expect(ok, `with events ${index - 1} and ${index} changed about`).toBe(false)
    }
  })

  it('does not hold when it is cut off anywhere', async () => {
    for (const length of bundle.events.keys()) {
      const { ok } = await verifyBundle({ ...bundle, events: bundle.events.slice(0, length) })
      expect(ok, `cut off after ${length} events`).toBe(false)
    }
  })

  it('does not hold with the anchors of another task', async () => {
    const other = await simulateBundle('canceled')
    const swapped = { ...bundle, anchors: { ...bundle.anchors, settlement: other.anchors.settlement } }
    expect((await verifyBundle(swapped)).findings[0]?.where).toBe('/anchors/settlement')
  })

  it('does not hold when the settlement is kept back', async () => {
    const { findings } = await verifyBundle({ ...bundle, anchors: { ...bundle.anchors, settlement: null } })
    expect(findings.map(({ where }) => where)).toEqual(['/anchors/settlement'])
  })
})

describe('what is no bundle', () => {
  let deep: unknown = 0
  for (let level = 0; level < 100_000; level++) deep = [deep]

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'bundle'],
    ['an empty object', {}],
    ['an array', []],
    ['a nest of 100,000 arrays', deep],
    ['text that is not Unicode', { format: '\ud800' }],
    ['a member called __proto__', JSON.parse('{"__proto__": {"format": "entente.bundle/1"}}')],
  ])('is found to be none: %s', async (_name, input) => {
    const { ok, taskId, findings, summary } = await verifyBundle(input)
    expect(ok).toBe(false)
    expect(taskId).toBeNull()
    expect(findings.length).toBeGreaterThan(0)
    expect(summary).toMatch(/^The bundle does not hold\. .+\.$/)
  })
})
