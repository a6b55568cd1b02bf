import type { Hex } from '../protocol/hash.ts'
import { nextDeadlineMs } from './flow/expire.ts'
import type { Task } from './flow/state.ts'

/** Longest time that a timer can hold (2^31 - 1 ms); later deadlines are looked at again then. */
const longestMs = 2_147_483_647

/** After this a task that could not be woken is woken again. */
const retryMs = 1_000

/** Wakes each task when its next deadline passes. Timers are not kept anywhere: they follow from the log. */
export class Clock {
  readonly #timers = new Map<Hex, NodeJS.Timeout>()
  readonly #wake: (taskId: Hex) => Promise<unknown>

  /** @param wake is done when it resolves; to be tried again when it rejects */
  constructor(wake: (taskId: Hex) => Promise<unknown>) {
    this.#wake = wake
  }

  /** Sets the alarm to what matters to the task now; a task without a deadline has none. */
  watch(task: Task): void {
    const { taskId } = task
    clearTimeout(this.#timers.get(taskId))
    this.#timers.delete(taskId)
    const deadlineMs = nextDeadlineMs(task)
    if (deadlineMs === null) return
    this.#set(taskId, Math.min(Math.max(deadlineMs - Date.now(), 0), longestMs))
  }

  #set(taskId: Hex, waitMs: number): void {
    const timer = setTimeout(() => {
      this.#wake(taskId).catch(() => {
        // Whoever has set another alarm meanwhile knows better.
        if (this.#timers.get(taskId) === timer) this.#set(taskId, retryMs)
      })
    }, waitMs)
    this.#timers.set(taskId, timer)
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
