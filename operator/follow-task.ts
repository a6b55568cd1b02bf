import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError } from '../protocol/errors.ts'
import { TaskEntry, type TaskEvent } from '../protocol/events.ts'
import type { TaskId } from '../protocol/ids.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { parseJson } from '../stack/parse-json.ts'
import { readStream } from '../stack/read-stream.ts'

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
        for (const numbered of numberedEvents(message.data)) {
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
  const last = numberedEvents(message.data).at(-1)
  return last !== undefined && isLast(last.event) && last.id < from
}

/** None for what is no entry of ours. */
function numberedEvents(data: Uint8Array): NumberedEvent[] {
  const entry = parseJson(TaskEntry, data)
  return (entry?.events ?? []).map((event, index) => ({ id: entry!.first + index, event }))
}

function isLast({ type }: TaskEvent): boolean {
  return type === 'TaskProven'
}
