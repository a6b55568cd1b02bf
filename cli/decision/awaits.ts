import { jetstreamManager } from '@nats-io/jetstream'
import { fold } from '../../coordinator/flow/evolve.ts'
import type { SubtaskProgress } from '../../coordinator/flow/progress.ts'
import { isEnded, type Task, unknownTask } from '../../coordinator/flow/state.ts'
import { readEvents } from '../../coordinator/log/read-events.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { TaskId } from '../../protocol/ids.ts'
import { withBus } from '../with-bus.ts'

/** `entente awaits`: what a task waits for from people, from its log on the bus, as JSON lines. */
export async function printAwaited(text: string): Promise<void> {
  const taskId = TaskId.safeParse(text).data
  if (!taskId) throw new EntenteError('COMMAND_INVALID', `${text} is no task's id: 0x and 64 hexadecimal digits`)
  const events = await withBus(async nc => readEvents(await jetstreamManager(nc), taskId))
  if (events.length === 0) throw new EntenteError('TASK_NOT_FOUND', `there is no task ${taskId}`)
  for (const each of awaitedOf(fold(unknownTask(taskId), events))) process.stdout.write(`${JSON.stringify(each)}\n`)
}

function awaitedOf(task: Task): object[] {
  if (isEnded(task)) return []
  return [...task.subtasks.values()].flatMap(progress => awaited(task, progress) ?? [])
}

function awaited({ plan, submitted }: Task, { id, phase, approval, question, phaseDeadlineMs }: SubtaskProgress) {
  if (phase === 'approving') {
    const { contentHash, reason, deadlineMs, onSilence, flow } = approval!
    const from = flow?.from ?? submitted!.spec.policy.approvers
    return { approve: id, contentHash, reason, from, deadlineMs, onSilence }
  }
  if (phase === 'asking') {
    const { type: _, atMs: __, subtaskId, ...asked } = question!
    return { answer: subtaskId, ...asked }
  }
  const wait = plan?.waits?.find(each => each.id === id)?.wait
  if (phase !== 'awaiting' || !wait || !('event' in wait)) return null
  return { signal: wait.event, subtaskId: id, deadlineMs: phaseDeadlineMs, onSilence: wait.onSilence }
}
