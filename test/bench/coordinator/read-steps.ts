import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { TaskEntry } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import { endOf, readStream } from '../../../stack/read-stream.ts'
import type { Span } from './levels.ts'

/** What the logs say of some tasks, by the clock of the server that stored them: milliseconds since 1970. */
export interface Steps {
  /** When the steps of each task were completed, in their order. */
  readonly ends: ReadonlyMap<Hex, readonly number[]>
  /** From each step's assignment to its completion. */
  readonly work: readonly Span[]
  /** When each task was proven. */
  readonly proofs: readonly number[]
}

/** Sequence of the last entry of all logs by now: `readSteps` reads what comes after it. */
export async function endOfLogs(nc: NatsConnection): Promise<number> {
  return endOf(await jetstreamManager(nc), { stream: streams.tasks, subject: subjects.task('*') })
}

/**
 * Reads what happened to these tasks, once it is over: whoever reads along takes part of the processors, and of the bus,
 * from those who are measured.
 * @param untilMs what was stored later is left out
 */
export async function readSteps(
  nc: NatsConnection,
  ids: ReadonlySet<Hex>,
  afterSequence: number,
  untilMs = Number.POSITIVE_INFINITY,
): Promise<Steps> {
  const ends = new Map<Hex, number[]>([...ids].map(id => [id, []]))
  const assigned = new Map<string, number>()
  const work: Span[] = []
  const proofs: number[] = []
  const note = ({ taskId, events }: TaskEntry, atMs: number) => {
    for (const event of events) {
      if (event.type === 'TaskProven') proofs.push(atMs)
      if (!('subtaskId' in event)) continue
      const key = `${taskId}/${event.subtaskId}`
      if (event.type === 'SubtaskAssigned') assigned.set(key, atMs)
      if (event.type !== 'SubtaskCompleted' || atMs > untilMs) continue
      work.push({ fromMs: assigned.get(key)!, toMs: atMs })
      ends.get(taskId)!.push(atMs)
    }
  }
  const last = await endOfLogs(nc)
  const place = { stream: streams.tasks, subject: subjects.task('*'), signal: new AbortController().signal }
  // A reader may end before its time: the next goes on after it.
  for (let after = afterSequence; after < last; ) {
    for await (const batch of readStream(nc, { ...place, after })) {
      for (const message of batch) {
        const entry = parseJson(TaskEntry, message.data)
        if (entry && ids.has(entry.taskId)) note(entry, message.info.timestampNanos / 1e6)
        after = message.seq
      }
      if (after >= last) break
    }
  }
  return { ends, work, proofs }
}
