import type { TaskEntry } from '../../protocol/events.ts'
import type { Task } from '../flow/state.ts'
import type { Stamp } from './stamp.ts'

/** A task as the log has it, and where in the stream its last entry lies (0: nowhere yet). */
export interface Logged {
  readonly task: Task
  readonly sequence: number
  /** Size of the entries that were folded in. */
  readonly bytes: number
  /** The last entry, with those before it; null before the first, and where a snapshot spared reading it. */
  readonly last: Link | null
  /** Of the last entry, where it was written here. */
  readonly stamp?: Stamp
}

/** An entry, and the one before it. */
export interface Link {
  readonly entry: TaskEntry
  readonly before: Link | null
}

/** The entries from the one that begins with event `first`, in order; null when they are not all at hand. */
export function entriesFrom({ last }: Logged, first: number): TaskEntry[] | null {
  const entries: TaskEntry[] = []
  for (let link = last; link; link = link.before) {
    entries.push(link.entry)
    if (link.entry.first === first) return entries.reverse()
  }
  return null
}
