import type { JetStreamManager } from '@nats-io/jetstream'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { readSubject } from '../../stack/read-subject.ts'
import { readEntry } from './read-entry.ts'

/** All that lies under the task's subject after a place in the stream, with null for what is no entry of ours. */
export async function* readEntries(jsm: JetStreamManager, taskId: Hex, after = 0) {
  for await (const message of readSubject(jsm, streams.tasks, subjects.task(taskId), after)) {
    const { data, header: headers, seq } = message
    yield { entry: readEntry({ data, headers }), sequence: seq, bytes: data.length }
  }
}

/** Every event of the task, in order. */
export async function readEvents(jsm: JetStreamManager, taskId: Hex): Promise<TaskEvent[]> {
  const events: TaskEvent[] = []
  for await (const { entry } of readEntries(jsm, taskId)) events.push(...(entry?.events ?? []))
  return events
}
