import type { NatsConnection } from '@nats-io/nats-core'
import { evolve } from '../../coordinator/flow/evolve.ts'
import { type Task, unknownTask } from '../../coordinator/flow/state.ts'
import { TaskEntry, type TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'

/**
 * Follows one task from its first event: `onEvent` is told each event and the task with it folded in.
 * @returns `ended`, the task when it is proven; and how to stop looking
 */
export function followTask(
  nc: NatsConnection,
  taskId: Hex,
  { onEvent, log }: { onEvent: (event: TaskEvent, task: Task) => void; log: Log },
): { ended: Promise<Task>; stop(): Promise<void> } {
  const ended = Promise.withResolvers<Task>()
  let task = unknownTask(taskId)
  const reader = followStream(nc, {
    stream: streams.tasks,
    subject: subjects.task(taskId),
    log,
    take(message) {
      for (const event of parseJson(TaskEntry, message.data)?.events ?? []) {
        task = evolve(task, event)
        onEvent(event, task)
      }
      if (task.proven) ended.resolve(task)
    },
  })
  return { ended: ended.promise, stop: () => reader.stop() }
}
