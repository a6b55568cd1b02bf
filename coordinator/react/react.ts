import type { TaskEntry, TaskEvent } from '../../protocol/events.ts'
import { isCompensation } from '../flow/compensate.ts'
import { wantedKeys } from '../flow/seal/ask-keys.ts'
import type { Task } from '../flow/state.ts'
import { askKeys, dispatchReleases } from './ask-keys.ts'
import { closeUnfunded } from './close-unfunded.ts'
import type { World } from './context.ts'
import {
  dispatchAssignment,
  dispatchCancellation,
  dispatchOpened,
  dispatchReveal,
  stopAttempt,
  stopDropped,
} from './dispatch.ts'
import { fund } from './fund.ts'
import { tellGold } from './gold.ts'
import { judge } from './judge.ts'
import { keepEvidence } from './keep-evidence.ts'
import { plan } from './plan.ts'
import { prove } from './prove.ts'
import { raiseUndo } from './raise-undo.ts'
import { replan } from './replan.ts'
import { screenTask } from './screen-task.ts'
import { settle } from './settle.ts'

/**
 * The only place where effects start: all that an entry of a task's log brings about. Each effect is safe to repeat, because
 * what it sends carries an id that follows from the event. Work is given out by the waiting room instead (`room/`), which
 * knows what all tasks want.
 */
export async function bringAbout(world: World, entry: TaskEntry): Promise<void> {
  const { task } = await world.tasks.read(entry.taskId, entry.first + entry.events.length)
  await Promise.all([keepEvidence(world, task, entry), effectsOf(world, task, entry)])
}

/** Entries of a task in turn. But a model takes its time, and so does the chain: meanwhile what else the task has goes on. */
export function turnOf({ taskId, first, events }: TaskEntry): string {
  const takesTime = events.some(event => asksModel(event) || event.type === 'TaskSubmitted')
  return takesTime ? `${taskId}/${first}` : taskId
}

function asksModel({ type }: TaskEvent): boolean {
  return type === 'ReplanSought' || type === 'JudgeAsked'
}

/** Nothing else of an entry waits for a model. */
async function effectsOf(world: World, task: Task, entry: TaskEntry): Promise<void> {
  for (const event of entry.events) {
    const taking = asksModel(event) ? undefined : effectOf(world, task, entry, event)
    // Of most events nothing follows, and there is nothing to wait for.
    if (taking) await taking
  }
  await Promise.all(entry.events.filter(asksModel).map(event => effectOf(world, task, entry, event)))
}

function effectOf(world: World, task: Task, entry: TaskEntry, event: TaskEvent): Promise<void> | undefined {
  switch (event.type) {
    case 'TaskSubmitted':
      return fund(world, task, event)
    case 'TaskFunded':
    case 'BudgetCovered':
      return screenTask(world, task)
    case 'TaskScreened':
      return event.decision === 'permit' ? plan(world, task) : undefined
    case 'AttemptExpired':
      return stopAttempt(world, task, event).then(() => tellGold(world, task, event))
    case 'ResultReceived':
      return tellGold(world, task, event)
    case 'ReplanSought':
      return replan(world, task, event)
    case 'JudgeAsked':
      return judge(world, task, event)
    case 'TaskReplanned':
      return stopDropped(world, task, event)
    case 'AttemptPreempted':
    case 'AttemptFailed':
      return stopAttempt(world, task, { subtaskId: event.subtaskId, attempt: event.attempt })
    case 'StarvationWarned':
      world.log.warn({ taskId: task.taskId, ...event }, 'work waits for a free agent, and may not end in time')
      return undefined
    case 'SubtaskAssigned':
      return wantedKeys(task, event.input).length > 0
        ? askKeys(world, task, event)
        : dispatchAssignment(world, task, event)
    case 'KeysAsked':
      return event.receivers.length > 0
        ? dispatchReleases(world, task, entry, event)
        : dispatchOpened(world, task, event)
    case 'KeysAnswered':
      return dispatchOpened(world, task, event)
    case 'RevealOpened':
      return dispatchReveal(world, task, event)
    case 'SubtaskFailed':
      return isCompensation(task, event.subtaskId) ? raiseUndo(world, task, event) : undefined
    case 'TaskFailed':
    case 'TaskCanceled':
      return dispatchCancellation(world, task).then(() => closeUnfunded(world, task))
    case 'TaskRejected':
      return task.funded ? undefined : prove(world, task.taskId)
    case 'SettlementComputed':
      return settle(world, task, event)
    case 'TaskSettled':
      return prove(world, task.taskId)
    default:
      return undefined
  }
}
