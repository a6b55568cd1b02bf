import { canonicalJson } from '../../protocol/canonical.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { keepDeadLetter } from '../../stack/dead-letters.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'

/** What could not be taken back is for people: it lies among the dead letters until somebody drops it there. */
export async function raiseUndo(
  { js, log }: World,
  { taskId, subtasks }: Task,
  event: TaskEventOf<'SubtaskFailed'>,
): Promise<void> {
  const { subtaskId, reason, atMs } = event
  await keepDeadLetter(js, {
    stream: streams.tasks,
    streamSequence: 0,
    consumer: subtaskId,
    subject: subjects.task(taskId),
    payload: Buffer.from(canonicalJson(event)).toString('base64'),
    cause: reason,
    attempts: subtasks.get(subtaskId)!.attempts,
    atMs,
  })
  log.error({ taskId, subtaskId, reason }, 'what was done could not be taken back')
}
