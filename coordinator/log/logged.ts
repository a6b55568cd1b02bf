import type { Task } from '../flow/state.ts'

/** A task as the log has it, and where in the stream its last entry lies (0: nowhere yet). */
export interface Logged {
  readonly task: Task
  readonly sequence: number
  /** Size of the entries that were folded in. */
  readonly bytes: number
}
