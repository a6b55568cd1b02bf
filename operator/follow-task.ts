import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { readStream } from '../coordinator/views/read-stream.ts'
import { EntenteError } from '../protocol/errors.ts'
import { TaskEntry, type TaskEvent } from '../protocol/events.ts'
import type { TaskId } from '../protocol/ids.ts'
import { streams, subjects } from '../protocol/subjects.ts'

export type NumberedEvent = {
  /** Index in the task's history, from 0. */
  id: number
  event: TaskEvent
}

/**
 * A task's events from the one with index `from` on: those that there are, then each as it happens. Ends with the
 * task's proof, after which nothing happens to it, or when the signal aborts.
 */
export async function* followTask(
  nc: NatsConnection,
  taskId: TaskId,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<NumberedEvent> {
  const place = { stream: streams.tasks, subject: subjects.task(taskId), signal }
  let after = 0
  let next = from
  while (!signal.aborted) {
    for await (const batch of readStream(nc, { ...place, after })) {
      for (const message of batch) {
        after = message.seq
        for (const numbered of numberedEvents(TaskEntry.parse(message.json()))) {
          if (numbered.id < next) continue
          next = numbered.id + 1
          yield numbered
          if (isLast(numbered.event)) return
        }
      }
    }
  }
}

/**
 * Whether a reader who has all events before `from` has all that there will ever be.
 *
 * @throws EntenteError TASK_NOT_FOUND
 */
export async function isOver(nc: NatsConnection, taskId: TaskId, from: number): Promise<boolean> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const message = await jsm.streams.getMessage(streams.tasks, { last_by_subj: subjects.task(taskId) })
  if (!message) throw new EntenteError('TASK_NOT_FOUND', `there is no task ${taskId}`)
  const last = numberedEvents(TaskEntry.parse(message.json())).at(-1)!
  return isLast(last.event) && last.id < from
}

function numberedEvents({ first, events }: TaskEntry): NumberedEvent[] {
  return events.map((event, index) => ({ id: first + index, event }))
}

function isLast({ type }: TaskEvent): boolean {
  return type === 'TaskProven'
}
