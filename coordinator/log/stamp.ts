import type { JsMsg } from '@nats-io/jetstream'
import { type MsgHdrs, MsgHdrsImpl } from '@nats-io/nats-core'
import type { Hex } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import { type Deeds, deedsOf } from '../flow/deeds.ts'
import { type Demand, demandOf } from '../flow/demand.ts'
import { nextDeadlineMs } from '../flow/expire.ts'
import { isBeating } from '../flow/heartbeat.ts'
import type { Task } from '../flow/state.ts'

const names = {
  writer: 'Entente-Writer',
  nth: 'Entente-Nth',
  length: 'Entente-Length',
  wake: 'Entente-Wake',
  beats: 'Entente-Beats',
  proven: 'Entente-Proven',
  demand: 'Entente-Demand',
  deeds: 'Entente-Deeds',
}

/**
 * What the headers of a log's last entry say of the task, for readers that need no more: every coordinator keeps this of
 * every open task, and the rest of few.
 */
export interface Stamp {
  readonly taskId: Hex
  /** The coordinator that wrote the entry. */
  readonly writer: string
  /** Which of all that its writer tried to append it is: of two that follow the same one is stored, which may be the one that was not answered. */
  readonly nth: number
  /** How many events there are. */
  readonly length: number
  /** When time next matters to the task; null when it does not; 0 where the entry has no stamp, so that somebody looks. */
  readonly wakeMs: number | null
  /** Whether agents at work owe heartbeats. */
  readonly beats: boolean
  /** Nothing more will happen. */
  readonly proven: boolean
  /** What it asks of agents; null where the entry does not say, so that somebody looks. */
  readonly demand: Demand | null
  /** How its agents did, by the last entry of a settled task; null where that says nothing. */
  readonly deeds: Deeds | null
}

/** Which entry it is, and who wrote it. */
export type Entry = Pick<Stamp, 'taskId' | 'writer' | 'nth' | 'length'>

/** Of an entry that brings the task to where it is. */
export function stampOf(task: Task, writer: string, nth: number): Stamp {
  return {
    taskId: task.taskId,
    writer,
    nth,
    length: task.length,
    wakeMs: nextDeadlineMs(task),
    beats: isBeating(task),
    proven: task.proven !== null,
    demand: demandOf(task),
    deeds: deedsOf(task),
  }
}

/** What it says in text has no line end, and no name is said twice: nothing has to be checked of it, or looked for in it. */
export function headersOf({ writer, nth, length, wakeMs, beats, proven, demand, deeds }: Stamp): MsgHdrs {
  const stamp = new MsgHdrsImpl()
  const say = (name: string, value: string) => stamp.headers.set(name, [value])
  say(names.writer, writer)
  say(names.nth, `${nth}`)
  say(names.length, `${length}`)
  if (wakeMs !== null) say(names.wake, `${wakeMs}`)
  if (beats) say(names.beats, 'true')
  if (proven) say(names.proven, 'true')
  if (deeds) say(names.deeds, JSON.stringify(deeds))
  say(names.demand, JSON.stringify(demand))
  return stamp
}

/** A message with its stamp, whatever it says. */
export type Stamped = Pick<JsMsg, 'subject'> & { readonly headers?: MsgHdrs | undefined }

/** Who wrote the entry may have its stamp at hand. */
export type KnownStamp = (taskId: Hex, sequence: number) => Stamp | undefined

export function readStamp(message: Stamped): Stamp {
  const { headers: stamp } = message
  const wake = stamp?.get(names.wake)
  const entry = entryIn(message)
  const { writer } = entry
  return {
    ...entry,
    wakeMs: wake ? Number(wake) : writer ? null : 0,
    beats: stamp?.get(names.beats) === 'true',
    proven: isProof(message),
    demand: readJson<Demand>(stamp?.get(names.demand)),
    deeds: readJson<Deeds>(stamp?.get(names.deeds)),
  }
}

/** What a stamp says first, for whoever needs no more. */
export function entryIn({ subject, headers: stamp }: Stamped): Entry {
  return {
    taskId: taskIn(subject),
    writer: stamp?.get(names.writer) ?? '',
    nth: Number(stamp?.get(names.nth) ?? 0),
    length: Number(stamp?.get(names.length) ?? 0),
  }
}

export function taskIn(subject: string): Hex {
  return subject.slice(subjects.task('').length) as Hex
}

/** Whether it is a task's last entry, which says where the proof is. */
export function isProof({ headers: stamp }: Pick<Stamped, 'headers'>): boolean {
  return stamp?.get(names.proven) === 'true'
}

/** How many events there are with the entry; null where it has no stamp. */
export function lengthInStamp(stamp: MsgHdrs | undefined): number | null {
  return stamp?.get(names.writer) ? Number(stamp.get(names.length)) : null
}

/** Only coordinators write to the stream: what one says has this shape. */
function readJson<T>(text: string | undefined): T | null {
  if (!text) return null
  try {
    return JSON.parse(text) as T
  } catch {
    return null
  }
}
