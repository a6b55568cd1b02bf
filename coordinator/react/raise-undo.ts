import type { TaskEventOf } from '../../protocol/events.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'
import { raise } from './raise.ts'

/** What could not be taken back: it cannot be tried again. */
export async function raiseUndo(
  world: World,
  { taskId, subtasks }: Task,
  event: TaskEventOf<'SubtaskFailed'>,
): Promise<void> {
  const { subtaskId, reason } = event
  await raise(world, taskId, event, { by: subtaskId, cause: reason, attempts: subtasks.get(subtaskId)!.attempts })
  world.log.error({ taskId, subtaskId, reason }, 'what was done could not be taken back')
}
