import type { MsgHdrs } from '@nats-io/nats-core'
import { TaskEntry, TaskEvent } from '../../protocol/events.ts'
import { parseJson, readJson } from '../../stack/parse-json.ts'
import { lengthInStamp } from './stamp.ts'

/** Every type of event that these rules know. */
const known: ReadonlySet<string> = new Set(TaskEvent.options.map(({ shape }) => shape.type.value))

/**
 * The entry that a message of the task stream is; null when it is none.
 *
 * What bears a stamp is a coordinator's, since no one else may write to that stream, and each of its fields was checked where
 * it came in: of it only the outline is looked at. Whatever else lies there is looked at as a stranger's.
 */
export function readEntry(message: { readonly data: Uint8Array; readonly headers?: MsgHdrs | undefined }) {
  const { data, headers } = message
  const length = lengthInStamp(headers)
  return length === null ? parseJson(TaskEntry, data) : stampedEntry(data, length)
}

function stampedEntry(data: Uint8Array, length: number): TaskEntry | null {
  const entry = readJson(data) as Partial<TaskEntry> | null
  if (typeof entry?.taskId !== 'string' || !Array.isArray(entry.events)) return null
  const { first, events } = entry as TaskEntry
  // Of a newer coordinator there may be events that nobody here can fold.
  return first + events.length === length && events.every(event => known.has(event?.type)) ? (entry as TaskEntry) : null
}
