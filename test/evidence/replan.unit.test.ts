import { describe, expect, it } from 'vitest'
import { redact } from '../../evidence/redact/redact.ts'
import { verifyRedacted } from '../../evidence/redact/verify-redacted.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import { contentHash } from '../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { type Forgery, simulateBundle } from './simulated-bundle.ts'

type Replanned = TaskEventOf<'TaskReplanned'>

/** A log keeper's history in which the new plan is another. */
const changing =
  (change: (event: Replanned) => Partial<Replanned>): Forgery =>
  events =>
    events.map(event => (event.type === 'TaskReplanned' ? { ...event, ...change(event) } : event))

/** The same plan with another rest, and its own hash. */
const otherPlan = ({ plan }: Replanned): Partial<Replanned> => {
  const other = { ...plan, subtasks: plan.subtasks.map(each => ({ ...each, weight: each.weight + 1 })) }
  return { plan: other, planHash: contentHash(other) }
}

const twice: Forgery = events =>
  events.flatMap((event): TaskEvent[] =>
    event.type === 'TaskReplanned' ? [event, { ...event, oldPlanHash: event.planHash }] : [event],
  )

describe.each(['by fallback', 'by model'] as const)('a plan replaced %s', course => {
  it('verifies, and pays what was done under the old plan and under the new', async () => {
    const bundle = await simulateBundle(course)
    const { findings, checks } = await verifyBundle(bundle)
    expect(findings).toEqual([])
    expect(checks).toContainEqual({ name: 'plans', ok: true, count: 2 })
    const settled = bundle.events.find(({ event }) => event.type === 'SettlementComputed')!.event
    const { payments } = (settled as TaskEventOf<'SettlementComputed'>).settlement
    expect(payments.map(({ agentId }) => agentId)).toEqual(['12', '21'])
  })

  it.each<[string, Forgery, RegExp, RegExp]>([
    ['another plan', changing(otherPlan), /\/event\/plan\/subtasks\/0\/weight$/, /the rules give 1, the log has 2/],
    [
      'a plan that is not of its hash',
      changing(event => ({ plan: otherPlan(event).plan! })),
      /\/event\/plan$/,
      /the plan's hash is/,
    ],
    [
      'another old plan',
      changing(() => ({ oldPlanHash: contentHash('none') })),
      /\/event\/oldPlanHash$/,
      /it replaces plan .* in force/,
    ],
    [
      'another reason',
      changing(() => ({ why: 'it pleased us' })),
      /\/event\/why$/,
      /the rules give "subtask road failed"/,
    ],
    ['a plan replaced more often than the order permits', twice, /\/event$/, /replaced 2 times, the order permits 1/],
    [
      'something done that is given up',
      changing(event => ({ dropped: [...event.dropped, { subtaskId: 'look', attempt: 1, phase: 'completed' }] })),
      /\/event\/dropped/,
      /the rules give/,
    ],
  ])('with %s does not hold, and that is named', async (_, forge, where, what) => {
    const { findings } = await verifyBundle(await simulateBundle(course, forge))
    expect(findings).toContainEqual({ where: expect.stringMatching(where), what: expect.stringMatching(what) })
  })
})

describe('a record of how a model replaced a plan', () => {
  const found = async (change: (record: Record<string, unknown>) => unknown) => {
    const bundle = structuredClone(await simulateBundle('by model'))
    const { findings } = await verifyBundle({
      ...bundle,
      replannings: [change(bundle.replannings![0] as never)].filter(each => each !== undefined),
    })
    return findings.map(({ where, what }) => `${where} ${what}`)
  }

  it('that says something else, or is missing, is named', async () => {
    expect((await found(record => ({ ...record, goal: 'another' })))[0]).toMatch(/^\/replannings\/0 its hash is/)
    expect((await found(() => undefined))[0]).toMatch(/^\/replannings\/0 there is no record/)
  })
})

describe('a bundle for a reader who may not see all of it', () => {
  it('has neither the new plan nor the record, and holds', async () => {
    const redacted = redact(await simulateBundle('by model'), null)
    expect(redacted).not.toHaveProperty('replannings')
    expect(redacted.events).toContainEqual(expect.objectContaining({ withheld: 'TaskReplanned' }))
    expect((await verifyRedacted(redacted)).findings).toEqual([])
  })
})

describe('a model that the order does not permit', () => {
  it('is named', async () => {
    const { findings } = await verifyBundle(
      await simulateBundle(
        'by fallback',
        changing(() => ({ by: { planning: contentHash('a record') } })),
      ),
    )
    expect(findings).toContainEqual(
      expect.objectContaining({
        where: expect.stringMatching(/\/event\/by$/),
        what: expect.stringContaining('does not permit'),
      }),
    )
  })
})
