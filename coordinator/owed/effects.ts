import type { TaskEntry } from '../../protocol/events.ts'
import type { Log } from '../../stack/log.ts'
import { createSlots } from '../../stack/slots.ts'
import type { Hearing } from '../hearing.ts'
import { InTurn } from '../in-turn.ts'
import type { Stamp } from '../log/stamp.ts'
import type { TaskLog } from '../log/task-log.ts'
import { retryWaitMs } from '../retry-wait.ts'
import type { Owed } from './owed.ts'

/** They wait for whatever is away. */
const longestRetryMs = 1_000
/** Who takes over may owe tens of thousands at once, of as many tasks: more reads than these are in each other's way. */
const readsAtOnce = 64

export interface EffectsOptions {
  readonly log: Log
  readonly tasks: Pick<TaskLog, 'written' | 'entryAt' | 'read'>
  readonly owed: Owed
  /** Whose own entries these are. */
  readonly writer: string
  /** Brings about what follows from an entry; called again for the same when it threw, and when nobody knows that it did not. */
  readonly bringAbout: (entry: TaskEntry) => Promise<void>
  /** Entries with the same are taken one after the other. */
  readonly turnOf: (entry: TaskEntry) => string
  readonly hearing: Pick<Hearing, 'telling' | 'told'>
}

/**
 * Sees to it that what an entry brings about comes about, however often that has to be tried: of each entry that this
 * coordinator wrote as soon as the stream has it, and of those that it took over.
 */
export class Effects {
  readonly #options: EffectsOptions
  readonly #turns = new InTurn()
  readonly #reads = createSlots(readsAtOnce)
  readonly #running = new Set<Promise<void>>()
  readonly #waiting = new Set<NodeJS.Timeout>()
  #isStopping = false

  constructor(options: EffectsOptions) {
    this.#options = options
  }

  /** Takes the stamps of all entries in their order. Nothing follows from a proof. */
  heed(stamp: Stamp, sequence: number): void {
    const { owed, tasks, writer } = this.#options
    const isOwn = stamp.writer === writer && !stamp.proven
    owed.hear(sequence, isOwn)
    if (isOwn) this.#begin(sequence, tasks.written(stamp, sequence))
  }

  /** Others' entries, which are owed from here on. */
  carry(sequences: readonly number[]): void {
    for (const sequence of sequences) this.#begin(sequence, null)
  }

  /** When all that was under way has ended. What then waits to be tried again is owed still. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const timer of this.#waiting) clearTimeout(timer)
    await Promise.all(this.#running)
  }

  #begin(sequence: number, entry: TaskEntry | null, tries = 1): void {
    const running = this.#see(sequence, entry).then(
      () => this.#options.owed.seenTo(sequence),
      (error: unknown) => this.#again(error, sequence, entry, tries),
    )
    this.#running.add(running)
    void running.then(() => this.#running.delete(running))
  }

  async #see(sequence: number, known: TaskEntry | null): Promise<void> {
    const { log, turnOf, bringAbout, hearing } = this.#options
    const entry = known ?? (await this.#reads(() => this.#read(sequence)))
    if (!entry) return log.warn({ sequence }, 'what is no entry was left out')
    hearing.telling(entry)
    await this.#turns.run(turnOf(entry), () => bringAbout(entry))
    hearing.told(entry)
  }

  /** The entry, and what `bringAbout` will ask for: its task. */
  async #read(sequence: number): Promise<TaskEntry | null> {
    const { tasks } = this.#options
    const entry = await tasks.entryAt(sequence)
    if (entry) await tasks.read(entry.taskId, entry.first + entry.events.length)
    return entry
  }

  #again(error: unknown, sequence: number, entry: TaskEntry | null, tries: number): void {
    if (this.#isStopping) return
    const waitMs = retryWaitMs(tries, longestRetryMs)
    this.#options.log.warn({ err: error, sequence, tries }, `will be tried again in ${waitMs} ms`)
    const timer = setTimeout(() => {
      this.#waiting.delete(timer)
      this.#begin(sequence, entry, tries + 1)
    }, waitMs)
    this.#waiting.add(timer)
  }
}
