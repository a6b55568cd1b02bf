import { OrderedMap } from 'immutable'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { haltsOf } from '../../protocol/plan.ts'
import { evolveSubtask, type SubtaskEvent } from './evolve-subtask.ts'
import { withChildren } from './expand.ts'
import { overviewAfter, overviewOf } from './overview.ts'
import { untouched } from './progress.ts'
import { withNewPlan } from './replan/replan.ts'
import { emptyOverview, isEnded, type Task } from './state.ts'

/** Task and event in, task out. The same events give the same task, wherever and whenever they are folded. */
export function evolve(task: Task, event: TaskEvent): Task {
  const next = 'subtaskId' in event ? withSubtask(task, event) : withTask(task, event)
  return { ...next, length: task.length + 1 }
}

export function fold(task: Task, events: readonly TaskEvent[]): Task {
  return events.reduce(evolve, task)
}

type WholeTaskEvent = Exclude<TaskEvent, SubtaskEvent>

function withTask(task: Task, event: WholeTaskEvent): Task {
  switch (event.type) {
    case 'TaskSubmitted':
      return { ...task, state: 'submitted', submitted: event }
    case 'TaskFunded':
      return { ...task, funded: true, seed: event.blockHash ?? null }
    case 'BudgetCovered':
      return { ...task, funded: true, seed: event.blockHash }
    case 'TaskScreened':
      return { ...task, screened: event.decision === 'permit', policed: event.policy.hash !== undefined }
    case 'TaskPlanned':
      return planned(task, event)
    case 'TaskReplanned':
      return withNewPlan(task, event)
    case 'ReplanSought':
      return { ...task, replanning: { ...task.replanning, sought: event } }
    case 'ReplanRefused':
      return { ...task, replanning: { ...task.replanning, sought: null, refused: event.reason } }
    case 'TaskCompleted':
      return { ...ended(task, 'completed'), output: event.output }
    case 'TaskFailed':
      return ended(task, 'failed')
    case 'TaskCanceled':
      return ended(task, 'canceled')
    case 'TaskPaused':
      return { ...task, paused: true, pauseSignedAtMs: event.by.signedAtMs }
    case 'TaskResumed':
      return { ...task, paused: false, pauseSignedAtMs: event.by.signedAtMs, openSinceMs: event.atMs }
    case 'TaskRejected':
      return ended(task, 'rejected')
    case 'ContributionMeasured':
      return { ...task, contribution: event }
    case 'SettlementComputed':
      return { ...task, settlement: event }
    case 'TaskBatched':
      return { ...task, batch: event }
    case 'BatchFell':
      return { ...task, batch: null }
    case 'TaskSettled':
      return { ...task, settled: true }
    case 'TaskProven':
      return { ...task, proven: event }
  }
}

/** Of what is over nothing follows but what ends with it, which is asked of the subtasks themselves. */
function ended(task: Task, state: Task['state']): Task {
  return { ...task, state, overview: emptyOverview }
}

function planned(task: Task, { atMs, plan, planHash, messageBytes }: TaskEventOf<'TaskPlanned'>): Task {
  const subtasks = OrderedMap([...plan.subtasks, ...haltsOf(plan)].map(({ id }) => [id, untouched(id)] as const))
  const replanning = { ...task.replanning, planHash }
  const next: Task = {
    ...task,
    state: 'working',
    openSinceMs: atMs,
    plan,
    replanning,
    messageBytes: messageBytes ?? null,
    subtasks,
  }
  return { ...next, overview: overviewOf(next) }
}

function withSubtask(task: Task, event: SubtaskEvent): Task {
  const before = task.subtasks.get(event.subtaskId) ?? untouched(event.subtaskId)
  const sinceMs = event.type === 'StarvationWarned' ? before.sinceMs : event.atMs
  const after = { ...evolveSubtask(task, before, event), sinceMs }
  const subtasks = task.subtasks.set(event.subtaskId, after)
  const completions = event.type === 'SubtaskCompleted' ? [...task.completions, event.subtaskId] : task.completions
  const policed = task.policed || event.type === 'FlowsDecided'
  // What is taken back after the end does not change how the task ended.
  if (isEnded(task)) return { ...task, policed, subtasks }
  const overview = overviewAfter(task, subtasks, before, after)
  const asking = overview.live.some(({ progress: { phase } }) => phase === 'approving' || phase === 'asking')
  const state = asking ? 'input-required' : 'working'
  const next: Task = { ...task, policed, subtasks, overview, completions, state }
  return event.type === 'SubtaskExpanded' ? withChildren(next, event) : next
}
