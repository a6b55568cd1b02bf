import type { JetStreamManager } from '@nats-io/jetstream'
import { TaskEntry, type TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { readSubject } from '../../stack/read-subject.ts'

/** All that lies under the task's subject after a place in the stream, with null for what is no entry of ours. */
export async function* readEntries(jsm: JetStreamManager, taskId: Hex, after = 0) {
  for await (const { data, seq } of readSubject(jsm, streams.tasks, subjects.task(taskId), after)) {
    yield { entry: parseJson(TaskEntry, data), sequence: seq, bytes: data.length }
  }
}

/** Every event of the task, in order. */
export async function readEvents(jsm: JetStreamManager, taskId: Hex): Promise<TaskEvent[]> {
  const events: TaskEvent[] = []
  for await (const { entry } of readEntries(jsm, taskId)) events.push(...(entry?.events ?? []))
  return events
}
