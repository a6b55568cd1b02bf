import type { Warning } from '../../protocol/alert.ts'
import type { ChainRecord } from '../../protocol/chain-message.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Thresholds } from '../../protocol/supervision.ts'
import type { Task } from '../flow/state.ts'

/** Something that the streams say: an event, with its task before and after it, or a step of a message to the chain. */
export type Observed =
  | { readonly kind: 'event'; readonly event: TaskEvent; readonly before: Task; readonly after: Task }
  | { readonly kind: 'step'; readonly record: ChainMoment }

/** Of a step of a message to the chain, what rules are about. */
export type ChainMoment = Pick<ChainRecord, 'messageId' | 'state' | 'atMs'>

/**
 * What one kind of warning follows from. The same observations, thresholds and time give the same warnings: a rule has no
 * clock, no network and no chance in it.
 */
export interface Rule {
  /** Takes in what happened; remembers no more than a bounded amount for each thing that it watches. */
  readonly observe: (observed: Observed) => void
  /** What is wrong at this time with what was observed. */
  readonly warnings?: (now: Now) => Warning[]
  /** What is wrong at this time with an open task. */
  readonly ofTask?: (task: Task, now: Now) => Warning | null
  /** The task is not held whole any longer, since nothing has happened to it since its last event, at `atMs`. */
  readonly letGo?: (task: Task, atMs: number) => void
  /** Whether something may be wrong with a task that was let go of; false only where `ofTask` has nothing to say. */
  readonly mayWarn?: (taskId: Hex, now: Now) => boolean
}

export interface Now {
  readonly atMs: number
  readonly thresholds: Thresholds
}
