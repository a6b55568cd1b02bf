import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { type MeasureCause, reasonOfMeasure } from '../../protocol/supervision.ts'
import type { Task } from './state.ts'

type Bare<T extends TaskEvent['type']> = Omit<TaskEventOf<T>, 'type'>
type Command = ({ readonly type: 'pause' } & Bare<'TaskPaused'>) | ({ readonly type: 'resume' } & Bare<'TaskResumed'>)

/**
 * Pausing a paused task, or resuming one that runs, brings about nothing. A signature counts once: one that is not younger
 * than the last that counted could be that very one, sent again by whoever has seen it.
 */
export function pauseOrResume(task: Task, command: Command): TaskEvent[] {
  const { atMs, by } = command
  if (task.paused === (command.type === 'pause')) return []
  if (by.signedAtMs <= task.pauseSignedAtMs) {
    throw new EntenteError('REQUEST_STALE', `the ${command.type} was signed before the last pause or resumption`)
  }
  if (command.type === 'resume') return [{ type: 'TaskResumed', atMs, by }]
  const { reason, cause } = command
  if (!cause) return [{ type: 'TaskPaused', atMs, reason, by }]
  return isMeasure(task, command, cause) ? [{ type: 'TaskPaused', atMs, reason, by, cause }] : []
}

/**
 * What the consortium does by itself it does of an alert about this task, for the reason that follows from the alert, which is
 * what is signed; as of when the alert was raised, so that a task which a person resumed is not paused by it again.
 */
function isMeasure({ taskId }: Task, { reason, by }: Bare<'TaskPaused'>, cause: MeasureCause): boolean {
  const { alert, on } = cause
  const isOfIt = alert.about.taskId === taskId && alert.code === on
  return isOfIt && by.signedAtMs === alert.raisedAtMs && reason === reasonOfMeasure(cause)
}
