import type { Hex } from '../protocol/hash.ts'
import type { Log } from '../stack/log.ts'
import { Alarms } from './alarms.ts'
import type { Stamp } from './log/stamp.ts'

/** Whoever wrote a task's last entry wakes it. When that one is gone, any other does so long after. */
const takeOverMs = 3_000
const retryMs = 500

export interface ClockOptions {
  readonly log: Log
  /** Who this coordinator is in its stamps. */
  readonly writer: string
  /** Lets time pass for a task; says when time next matters to it, or null. */
  readonly wake: (taskId: Hex) => Promise<number | null>
}

/**
 * Wakes each task when its next deadline passes. Alarms are kept nowhere: they follow from the stamps of the logs, and
 * every coordinator has all of them, so that the death of one stops no clock.
 */
export class Clock {
  readonly #options: ClockOptions
  readonly #alarms = new Alarms<Hex>(taskId => void this.#ring(taskId))
  #stopped = false

  constructor(options: ClockOptions) {
    this.#options = options
  }

  /** Sets the alarm to what matters to the task since this entry; a task without a deadline has none. */
  heed({ taskId, wakeMs, writer }: Stamp): void {
    const isMine = writer === this.#options.writer
    if (wakeMs === null) this.#alarms.clear(taskId)
    else this.#alarms.set(taskId, isMine ? wakeMs : wakeMs + takeOverMs * (1 + Math.random() / 4))
  }

  stop(): void {
    this.#stopped = true
    this.#alarms.stop()
  }

  async #ring(taskId: Hex): Promise<void> {
    const { log, wake } = this.#options
    let nextMs: number | null
    try {
      nextMs = await wake(taskId)
    } catch (error) {
      if (this.#stopped) return
      log.warn({ err: error, taskId }, 'the task is woken again')
      nextMs = Date.now() + retryMs
    }
    // Nothing was due yet, or it failed. A stamp that came meanwhile knows better.
    if (nextMs !== null && !this.#alarms.has(taskId)) this.#alarms.set(taskId, nextMs)
  }
}
