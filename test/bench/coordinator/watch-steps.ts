import type { NatsConnection } from '@nats-io/nats-core'
import { TaskEntry } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import { readStream } from '../../../stack/read-stream.ts'
import type { Span } from './levels.ts'

/** What the logs say of some tasks, by the clock of the server that stored them. */
export interface Seen {
  /** When the steps of each task were completed, in their order. */
  readonly ends: ReadonlyMap<Hex, readonly number[]>
  /** From each step's assignment to its completion. */
  readonly work: readonly Span[]
  readonly completed: number
  readonly proven: number
}

/** Follows the logs from now on, of the tasks that `ids` has by then. */
export function watchSteps(nc: NatsConnection, ids: ReadonlySet<Hex>, afterSequence: number) {
  const ends = new Map<Hex, number[]>()
  const assigned = new Map<string, number>()
  const work: Span[] = []
  const seen = { ends, work, completed: 0, proven: 0 }
  const stopping = new AbortController()
  const { signal } = stopping
  const note = ({ taskId, events }: TaskEntry, atMs: number) => {
    for (const event of events) {
      if (event.type === 'TaskProven') seen.proven++
      if (!('subtaskId' in event)) continue
      const key = `${taskId}/${event.subtaskId}`
      if (event.type === 'SubtaskAssigned') assigned.set(key, atMs)
      if (event.type !== 'SubtaskCompleted') continue
      seen.completed++
      work.push({ fromMs: assigned.get(key)!, toMs: atMs })
      const times = ends.get(taskId)
      if (times) times.push(atMs)
      else ends.set(taskId, [atMs])
    }
  }
  const reading = (async () => {
    const place = { stream: streams.tasks, subject: subjects.task('*'), after: afterSequence, signal }
    for await (const batch of readStream(nc, place)) {
      for (const message of batch) {
        const entry = parseJson(TaskEntry, message.data)
        if (entry && ids.has(entry.taskId)) note(entry, message.info.timestampNanos / 1e6)
      }
    }
  })()
  return {
    seen: seen as Seen,
    async stop() {
      stopping.abort()
      await reading
    },
  }
}
