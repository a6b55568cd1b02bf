import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
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
  return [{ type: 'TaskPaused', atMs, reason: command.reason, by }]
}
