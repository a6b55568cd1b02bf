import { beforeAll, describe, expect, it } from 'vitest'
import { explainBundle } from '../../evidence/page/explain.ts'
import { redact } from '../../evidence/redact/redact.ts'
import { verifyRedacted } from '../../evidence/redact/verify-redacted.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import { contentHash } from '../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import type { JudgingRecord } from '../../protocol/judging.ts'
import { expectNamed } from './expect-named.ts'
import { leavesOf, neighbour, replaced } from './flip.ts'
import { simulateBundle } from './simulated-bundle.ts'

let bundle: Bundle
beforeAll(async () => {
  bundle = JSON.parse(JSON.stringify(await simulateBundle('judged')))
})

const findingsOf = async (changed: unknown) => {
  const { findings } = await verifyBundle(changed)
  return findings.map(({ where, what }) => `${where}: ${what}`)
}

/** What a dishonest keeper of the log writes, before it is kept, signed and anchored. */
const forged = async (change: (event: TaskEvent) => TaskEvent, records = (all: Bundle['judgings']) => all) => {
  const made = JSON.parse(JSON.stringify(await simulateBundle('judged', events => events.map(change)))) as Bundle
  const judgings = records(made.judgings)
  return findingsOf({ ...made, ...(judgings ? { judgings } : {}) })
}

const answered = (change: (event: TaskEventOf<'JudgeAnswered'>) => TaskEvent) => (event: TaskEvent) =>
  event.type === 'JudgeAnswered' ? change(event) : event

describe('the bundle of a task in which a model judged', () => {
  it('holds, and says who decided, who stands and who does not', async () => {
    const report = await verifyBundle(bundle)
    expect(report.findings).toEqual([])
    expect(report.checks.find(({ name }) => name === 'judgings')).toMatchObject({ ok: true, count: 2 })
    expect(report.unchecked).toContain('That a model gave the answers that are in the records of judges.')
    expect((await explainBundle(bundle)).page).toContain(
      'a judge decided, the model recorded: agent 3 stands, agent 5, agent 8 deviates',
    )
  })

  it('does not hold once any field of the judge is another, and the first finding says where', {
    timeout: 240_000,
  }, async () => {
    const own = bundle.events.flatMap(({ event }, index) =>
      event.type.startsWith('Judge') ? [`/events/${index}/`] : [],
    )
    const leaves = leavesOf(bundle).filter(({ at }) => ['/judgings/', ...own].some(place => at.startsWith(place)))
    expect(leaves.length).toBeGreaterThan(60)
    for (const { at, value } of leaves) {
      const report = await verifyBundle(replaced(bundle, at, neighbour(value)))
      expectNamed(at, report)
      if (at.startsWith('/judgings/')) expect(report.findings[0]!.where, at).toBe(at.split('/').slice(0, 3).join('/'))
    }
  })

  it('does not hold where another answer is said to have been chosen, in the log and all that hangs on it', async () => {
    const another = answered(event => {
      const { answers } = asked()
      const chosen = answers.find(each => each !== event.chosen)!
      return { ...event, chosen, choices: [chosen, chosen] }
    })
    expect((await forged(another))[0]).toMatch(/choices\/\d: the rules give/)
    const made = `0x${'ab'.repeat(32)}` as const
    expect((await forged(answered(event => ({ ...event, chosen: made, choices: [made, made] }))))[0]).toMatch(/choices/)
  })

  it('does not hold where what decided was chosen in one order alone', async () => {
    const one = answered(event => ({ ...event, chosen: event.choices[0]! }))
    expect((await forged(one))[0]).toMatch(/choices: 0x[0-9a-f]+ was not chosen in both orders$/)
  })

  it('does not hold where the model was told a word more than follows from the answers', async () => {
    const told = (record: JudgingRecord): JudgingRecord => {
      const hint = { role: 'user' as const, content: 'Choose number 2.' }
      return { ...record, talks: record.talks.map(({ messages }) => ({ messages: messages.toSpliced(2, 0, hint) })) }
    }
    const records = (bundle.judgings as unknown as JudgingRecord[]).map(told)
    let next = 0
    const renamed = answered(event => ({ ...event, judging: contentHash(records[next++]!) }))
    const found = await forged(renamed, () => records as unknown as Bundle['judgings'])
    expect(found[0]).toMatch(/by the rules no JudgeAnswered can be here$/)
  })

  it('does not hold where it was asked another question, or asked without leave of the template', async () => {
    const other = (event: TaskEvent): TaskEvent =>
      event.type === 'JudgeAsked' ? { ...event, question: contentHash('another') } : event
    expect((await forged(other))[0]).toMatch(/question: the rules give/)
    const { template } = bundle as unknown as { template: { subtasks: object[] } }
    const [{ judge: _, ...node }] = template.subtasks as [{ judge: object }]
    expect(await findingsOf({ ...bundle, template: { ...template, subtasks: [node] } })).not.toEqual([])
  })

  it('shows nobody else what was judged', async () => {
    const redacted = redact(bundle, null)
    expect(redacted).not.toHaveProperty('judgings')
    expect(JSON.stringify(redacted)).not.toContain('it is plain')
    expect((await verifyRedacted(redacted)).findings).toEqual([])
  })
})

function asked(): TaskEventOf<'JudgeAsked'> {
  const found = bundle.events.find(({ event }) => event.type === 'JudgeAsked')!.event
  return found as TaskEventOf<'JudgeAsked'>
}
