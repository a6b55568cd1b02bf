import type { Json } from '../../protocol/canonical.ts'
import type { TaskEntry, TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { priorityOf } from '../flow/priority.ts'
import type { Change } from './change.ts'
import { rowsOfPlan, rowsOfReplan } from './rows-of-replan.ts'
import { rowsOfSettlement } from './rows-of-settlement.ts'
import { rowsOfSubtaskEvent } from './rows-of-subtask.ts'
import type { Views } from './schema.ts'

/**
 * What one entry of a task's log changes.
 *
 * @param seq of the entry in the stream
 */
export function rowsOfTask(entry: TaskEntry, seq: number): Change[] {
  const changes = entry.events.flatMap(event => rowsOfEvent(entry.taskId, event, seq))
  const length = entry.first + entry.events.length
  return [...changes, { set: 'tasks', key: { taskId: entry.taskId }, to: { length } }]
}

function rowsOfEvent(taskId: string, event: TaskEvent, seq: number): Change[] {
  const set = (to: Partial<Views['tasks']>): Change[] => [{ set: 'tasks', key: { taskId }, to }]
  const end = (state: string, to: Partial<Views['tasks']>) =>
    set({ state, endedAtMs: event.atMs, openApprovals: 0, openQuestions: 0, ...to })
  switch (event.type) {
    case 'TaskSubmitted':
      return [{ put: 'tasks', row: submitted(taskId, event, seq) }]
    case 'TaskFunded':
    case 'BudgetCovered':
    case 'TaskScreened':
      return []
    case 'TaskPlanned':
      return [...set({ state: 'working', ...planned(event) }), ...rowsOfPlan(taskId, event.plan, () => true)]
    case 'TaskReplanned':
      return rowsOfReplan(taskId, event)
    case 'ReplanSought':
    case 'ReplanRefused':
      return []
    case 'TaskCompleted':
      return end('completed', { output: json(event.output), outputHash: event.outputHash })
    case 'TaskFailed':
      return end('failed', { reason: event.reason })
    case 'TaskCanceled':
      return end('canceled', { reason: event.reason })
    case 'TaskPaused':
      return set({ pausedAtMs: event.atMs })
    case 'TaskResumed':
      return set({ pausedAtMs: null })
    case 'TaskRejected':
      return end('rejected', { reason: `${event.code}: ${event.reason}` })
    case 'ContributionMeasured':
      return set({ contribution: json(event.contribution) })
    case 'SettlementComputed':
      return rowsOfSettlement(event.settlement)
    case 'TaskBatched':
      return set({ batch: event.batch })
    case 'BatchFell':
      return set({ batch: null })
    case 'TaskSettled':
      return set({ settledTx: event.txHash, settledAtMs: event.atMs })
    case 'TaskProven':
      return set({ provenTx: event.txHash, provenAtMs: event.atMs, bundle: event.bundle })
    default:
      return rowsOfSubtaskEvent(taskId, event)
  }
}

function submitted(taskId: string, event: TaskEventOf<'TaskSubmitted'>, seq: number): Views['tasks'] {
  const { authority, requester, spec, input, budget, deadlineMs, atMs } = event
  return {
    taskId,
    number: seq,
    state: 'submitted',
    goal: spec.goal,
    template: spec.template,
    templateName: null,
    templateVersion: null,
    requester: requester.address,
    domainId: requester.domainId,
    authority: authority.by,
    priority: priorityOf(event),
    budget,
    input: json(input),
    deadlineMs,
    submittedAtMs: atMs,
    endedAtMs: null,
    length: 0,
    openApprovals: 0,
    openQuestions: 0,
    pausedAtMs: null,
    warnedAtMs: null,
    reason: null,
    planHash: null,
    output: null,
    outputHash: null,
    contribution: null,
    batch: null,
    settledTx: null,
    settledAtMs: null,
    provenTx: null,
    provenAtMs: null,
    bundle: null,
  }
}

function planned({ plan, planHash }: TaskEventOf<'TaskPlanned'>): Partial<Views['tasks']> {
  return { planHash, templateName: plan.template.name, templateVersion: plan.template.version }
}

function json(value: Json): string {
  return JSON.stringify(value)
}
