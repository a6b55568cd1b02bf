import { describe, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { bundleOf } from './simulated-bundle.ts'
import { SimulatedRun } from './simulated-run.ts'
import { smallResponse } from './simulated-setting.ts'

/** A task that the consortium paused for an alert, and that was cancelled once a person had resumed it. */
function paused(who?: string, change: (event: TaskEvent) => TaskEvent = event => event) {
  const run = new SimulatedRun()
  run.open()
  run.pauseForAlert(who)
  run.cancel('enough')
  return bundleOf({ task: run.task, events: run.events.map(change), template: smallResponse.template })
}

const whatOf = async (...made: Parameters<typeof paused>) =>
  (await verifyBundle(JSON.parse(JSON.stringify(await paused(...made))))).findings.map(({ where, what }) => [
    where,
    what,
  ])

describe('a bundle of a task that the consortium paused', () => {
  it('holds by the rules', async () => {
    expect(await whatOf()).toEqual([])
  })

  it('does not hold where another than the log keeper signed for the consortium', async () => {
    const [[where, what]] = (await whatOf('approver')) as [[string, string]]
    expect(where).toMatch(/^\/events\/\d+\/event\/by\/signer$/)
    expect(what).toContain('may not give this pause')
  })

  it('does not hold where the alert is about another task, or another than was signed', async () => {
    const changed = (about: object) => (event: TaskEvent) => {
      if (event.type !== 'TaskPaused' || !event.cause) return event
      return { ...event, cause: { ...event.cause, alert: { ...event.cause.alert, ...about } } } as TaskEvent
    }
    const refused = 'by the rules no TaskPaused can be here'
    const other = changed({ about: { taskId: `0x${'00'.repeat(32)}` } })
    expect((await whatOf(undefined, other)).join()).toContain(refused)
    expect((await whatOf(undefined, changed({ cause: 'it costs nothing' }))).join()).toContain(refused)
  })
})
