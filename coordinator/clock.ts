import type { Hex } from '../protocol/hash.ts'
import { nextDeadlineMs } from './flow/expire.ts'
import type { Task } from './flow/state.ts'

/** Longest time that a timer can hold (2^31 - 1 ms); later deadlines are looked at again then. */
const longestMs = 2_147_483_647

/** Wakes each task when its next deadline passes. Timers are not kept anywhere: they follow from the log. */
export class Clock {
  readonly #timers = new Map<Hex, NodeJS.Timeout>()
  readonly #wake: (taskId: Hex) => void

  constructor(wake: (taskId: Hex) => void) {
    this.#wake = wake
  }

  /** Sets the alarm to what matters to the task now; a task without a deadline has none. */
  watch(task: Task): void {
    const { taskId } = task
    clearTimeout(this.#timers.get(taskId))
    this.#timers.delete(taskId)
    const deadlineMs = nextDeadlineMs(task)
    if (deadlineMs === null) return
    const waitMs = Math.min(Math.max(deadlineMs - Date.now(), 0), longestMs)
    this.#timers.set(
      taskId,
      setTimeout(() => this.#wake(taskId), waitMs),
    )
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
