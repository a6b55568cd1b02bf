import type { Hex } from '../../protocol/hash.ts'
import type { Log } from '../../stack/log.ts'
import { type Demand, demandOf } from '../flow/demand.ts'
import type { Entry, Stamp } from './stamp.ts'
import type { TaskLog } from './task-log.ts'

/** @param entry which one says so */
export type HeedDemand = (entry: Entry, demand: Demand) => void

/**
 * Passes on what each stamp says that a task asks of agents. Entries of older coordinators do not say: then the task is
 * read, and what was found counts unless a later entry has come meanwhile.
 */
export class Unstamped {
  readonly #tasks: Pick<TaskLog, 'read'>
  readonly #log: Log
  readonly #heed: HeedDemand
  readonly #reading = new Map<Hex, { length: number; done: Promise<void> }>()

  constructor(tasks: Pick<TaskLog, 'read'>, log: Log, heed: HeedDemand) {
    this.#tasks = tasks
    this.#log = log
    this.#heed = heed
  }

  heed(stamp: Stamp): void {
    const { taskId, demand } = stamp
    this.#reading.delete(taskId)
    if (demand) this.#heed(stamp, demand)
    if (demand || stamp.proven) return
    const done = this.#read(stamp).catch((error: unknown) =>
      this.#log.warn({ err: error, taskId }, 'what a task asks of agents is unknown until its next entry'),
    )
    this.#reading.set(taskId, { length: stamp.length, done })
  }

  /** When all that had to be read has been. */
  async settled(): Promise<void> {
    await Promise.all([...this.#reading.values()].map(({ done }) => done))
  }

  async #read(stamp: Stamp): Promise<void> {
    const { taskId, length } = stamp
    const { task } = await this.#tasks.read(taskId, length)
    if (this.#reading.get(taskId)?.length !== length) return
    this.#reading.delete(taskId)
    this.#heed(stamp, demandOf(task))
  }
}
