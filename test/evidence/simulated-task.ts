import type { Task } from '../../coordinator/flow/state.ts'
import type { Json } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { PolicySet } from '../../protocol/policy.ts'
import { simulateJudged } from './simulated-judge.ts'
import { simulatedPolicy } from './simulated-policy.ts'
import { simulateFallback, simulateReplan } from './simulated-replan.ts'
import { SimulatedRun } from './simulated-run.ts'
import { type Setting, simulated, smallResponse } from './simulated-setting.ts'

/** What happens after the task is planned. */
export type Course = 'completed' | 'canceled' | 'undone' | 'policed' | 'by fallback' | 'by model' | 'judged'

/** What came of a task, its template's text, and the policy sets that decided in it. */
export interface Simulated {
  readonly task: Task
  readonly events: TaskEvent[]
  readonly template: Json
  readonly policies?: PolicySet[]
  /** How a model replaced the rest of the plan. */
  readonly replannings?: Json[]
  /** How a model judged. */
  readonly judgings?: Json[]
}

/** A whole task, as the coordinator's rules take it. */
export function simulateTask(course: Course, setting: Setting = simulated, ordered = smallResponse): Simulated {
  const policy = course === 'policed' ? simulatedPolicy() : null
  if (course === 'by fallback') return simulateFallback()
  if (course === 'by model') return simulateReplan()
  if (course === 'judged') return simulateJudged()
  const run = new SimulatedRun(setting, { policy, ordered })
  run.open()
  if (course === 'canceled') run.cancel('the storm turned away')
  else if (course === 'undone') undo(run)
  else complete(run)
  const { task, events } = run
  return { task, events, template: smallResponse.template, ...(policy && { policies: [policy] }) }
}

/** Beds are found and then the task is cancelled: the first to release them cannot, the second does, though late. */
function undo(run: SimulatedRun): void {
  forecast(run)
  run.reply('harbour', { closed: true })
  run.assign('beds', ['13'])
  run.result('beds', '13', { beds: 412 })
  run.assign('respond', ['21'])
  run.cancel('the storm turned away')
  run.assign('undo-beds', ['12'])
  run.fail('undo-beds', '12', 'the registry of beds is closed')
  run.waitFor('undo-beds')
  // Nobody is free until it is said that this takes too long.
  run.passTime()
  run.assign('undo-beds', ['13'])
  run.result('undo-beds', '13', { released: 412 })
}

/** Agent 8 says what no one else sees; agent 12 cannot do it, then 13 is silent, and then does it. */
function complete(run: SimulatedRun): void {
  forecast(run)
  run.assign('beds', ['12'])
  run.fail('beds', '12', 'the registry of beds is closed')
  run.waitFor('beds')
  run.reply('harbour', { closed: true })
  run.assign('beds', ['13'])
  run.result('beds', '13', { beds: 412 })
  run.assign('respond', ['21'])
  run.result('respond', '21', { severity: 'Extreme' })
  run.approve('respond')
}

function forecast(run: SimulatedRun): void {
  run.assign('forecast', ['3', '5', '8'])
  const winds = { 3: 120, 5: 124, 8: 300 }
  const forecasts = Object.entries(winds).map(([agentId, windKt]) => ({
    agentId,
    output: { windKt, place: 'Buras' },
  }))
  for (const { agentId, output } of forecasts) run.commit('forecast', agentId, output)
  for (const { agentId, output } of forecasts) run.result('forecast', agentId, output)
}
