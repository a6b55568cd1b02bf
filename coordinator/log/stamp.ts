import type { JsMsg } from '@nats-io/jetstream'
import { headers, type MsgHdrs } from '@nats-io/nats-core'
import type { Hex } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import { nextDeadlineMs } from '../flow/expire.ts'
import type { Task } from '../flow/state.ts'

const wakeHeader = 'Entente-Wake'
const writerHeader = 'Entente-Writer'
const provenHeader = 'Entente-Proven'

/**
 * What the headers of a log's last entry say of the task, for readers that need no more: every coordinator keeps this of
 * every open task, and of no other.
 */
export interface Stamp {
  readonly taskId: Hex
  /** When time next matters to the task; null when it does not; 0 where the entry has no stamp, so that somebody looks. */
  readonly wakeMs: number | null
  /** The coordinator that wrote the entry. */
  readonly writer: string
  /** Nothing more will happen. */
  readonly proven: boolean
}

export function stampOf(task: Task, writer: string): MsgHdrs {
  const stamp = headers()
  stamp.set(writerHeader, writer)
  const wakeMs = nextDeadlineMs(task)
  if (wakeMs !== null) stamp.set(wakeHeader, `${wakeMs}`)
  if (task.proven) stamp.set(provenHeader, 'true')
  return stamp
}

export function readStamp({ subject, headers: stamp }: JsMsg): Stamp {
  const wake = stamp?.get(wakeHeader)
  const writer = stamp?.get(writerHeader) ?? ''
  return {
    taskId: subject.slice(subjects.task('').length) as Hex,
    wakeMs: wake ? Number(wake) : writer ? null : 0,
    writer,
    proven: stamp?.get(provenHeader) === 'true',
  }
}
