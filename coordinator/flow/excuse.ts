import type { TaskEventOf } from '../../protocol/events.ts'
import { expiryOf, isAwaited, underWay } from './expire.ts'
import type { SubtaskProgress } from './progress.ts'
import { silentIn } from './silent.ts'
import { isEnded, type Task } from './state.ts'

export interface Excuse {
  readonly subtaskId: string
  readonly attempt: number
}

/** Of the attempts whose time is over those that began before their agents could be heard all the while. */
export function toExcuse(task: Task, atMs: number, heardSinceMs: number): Excuse[] {
  return underWay(task)
    .filter(progress => isOverdue(task, progress, atMs) && progress.assigned!.atMs < heardSinceMs)
    .map(({ id, attempts }) => ({ subtaskId: id, attempt: attempts }))
}

/**
 * Agents of whom nobody can say that they were silent of themselves lose the attempt when its time is over, and nothing else: the bus
 * was away, or the coordinator, or they were told late. As with heartbeats this is a coordinator's word alone.
 */
export function excuse(
  task: Task,
  { subtaskId, attempt, atMs }: Excuse & { readonly atMs: number },
): TaskEventOf<'AttemptExpired'>[] {
  const progress = underWay(task).find(({ id }) => id === subtaskId)
  return progress?.attempts === attempt && isOverdue(task, progress, atMs) ? [expiryOf(progress, 'excused', atMs)] : []
}

/** The end of the task comes first: then nobody is called silent. */
function isOverdue(task: Task, progress: SubtaskProgress, atMs: number): boolean {
  if (!isEnded(task) && task.submitted!.deadlineMs <= atMs) return false
  return isAwaited(progress) && progress.phaseDeadlineMs <= atMs && silentIn(progress).length > 0
}
