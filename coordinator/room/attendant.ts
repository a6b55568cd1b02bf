import type { Log } from '../../stack/log.ts'
import { Alarms } from '../alarms.ts'
import type { Demand } from '../flow/demand.ts'
import type { Task } from '../flow/state.ts'
import type { Entry } from '../log/stamp.ts'
import { AtOnce, type Given } from './at-once.ts'
import type { Shortage } from './preemptions.ts'
import { type Grant, Room, type RoomOptions } from './room.ts'

/** A grant is its writer's to carry out; when that one is gone, any other does so after this. */
const takeOverMs = 3_000
/** Of a writer that is known to be gone: long enough that seldom two do. */
const spreadMs = 200
/** What was not given out by then is put back in line. */
const againMs = 2_000

export interface AttendantOptions
  extends Pick<RoomOptions, 'offers' | 'records' | 'weightOf' | 'whyHeld' | 'mayPreempt'> {
  readonly log: Log
  /** Who this coordinator is in its stamps. */
  readonly writer: string
  readonly giveOut: (grant: Grant) => Promise<void>
  readonly breakOff: (shortage: Shortage) => Promise<void>
  /** Whether no other coordinator is at work. */
  readonly isAlone: () => boolean
}

/**
 * Carries out the grants of the waiting room that are this coordinator's, and those of one that died. Nothing is kept: what
 * waits is in the log, and comes back with its last stamp.
 */
export class Attendant {
  readonly #options: AttendantOptions
  readonly #room: Room
  readonly #atOnce: AtOnce
  readonly #alarms = new Alarms<Grant>(grant => this.#ring(grant))
  readonly #shortages = new Alarms<Shortage>(shortage => this.#ringShort(shortage))
  readonly #given = new WeakSet<Grant | Shortage>()
  readonly #gone = new Set<string>()
  #reconsidering: NodeJS.Immediate | undefined
  #isOpen = false
  #stopped = false

  constructor(options: AttendantOptions) {
    this.#options = options
    this.#room = new Room({
      ...options,
      onGrant: grant => this.#take(grant),
      onShortage: each => this.#takeShort(each),
    })
    this.#atOnce = new AtOnce(this.#room, options.isAlone)
  }

  heed({ taskId, writer, length }: Entry, demand: Demand): void {
    this.#gone.delete(writer)
    this.#room.heed(taskId, writer, demand, length)
  }

  /** What can be given out in the entry that is being written. */
  giveAtOnce(task: Task, before: Task): Given[] {
    return this.#isOpen ? this.#atOnce.give(task, before) : []
  }

  figures() {
    return this.#room.figures()
  }

  /** Agents have come or gone. */
  reconsider(): void {
    this.#options.offers.renew()
    // Changes come many at once.
    this.#reconsidering ??= setImmediate(() => {
      this.#reconsidering = undefined
      if (!this.#stopped) this.#room.reconsider()
    })
  }

  /** From now on the room is known as the log has it. */
  open(): void {
    this.#isOpen = true
    this.#room.open()
  }

  stop(): void {
    this.#stopped = true
    this.#alarms.stop()
    this.#shortages.stop()
    this.#atOnce.stop()
  }

  #take(grant: Grant): void {
    if (grant.writer === this.#options.writer) this.#give(grant)
    else this.#alarms.set(grant, Date.now() + this.#waitMs(grant.writer))
  }

  /** How long another one's work is left to it. */
  #waitMs(writer: string): number {
    return this.#gone.has(writer) ? Math.random() * spreadMs : takeOverMs * (1 + Math.random() / 4)
  }

  #takeShort(shortage: Shortage): void {
    if (shortage.writer === this.#options.writer) this.#breakOff(shortage)
    else this.#shortages.set(shortage, Date.now() + this.#waitMs(shortage.writer))
  }

  #breakOff(shortage: Shortage): void {
    if (this.#stopped) return
    this.#given.add(shortage)
    this.#shortages.set(shortage, Date.now() + againMs)
    this.#options.breakOff(shortage).catch((error: unknown) => {
      if (this.#stopped) return
      const { taskId, subtaskId } = shortage.waiting
      this.#options.log.warn({ err: error, taskId, subtaskId }, 'nothing was broken off for an emergency yet')
    })
  }

  #ringShort(shortage: Shortage): void {
    if (!this.#room.isShort(shortage)) return
    if (this.#given.has(shortage)) this.#room.lookAgain(shortage)
    else this.#breakOff(shortage)
  }

  #give(grant: Grant): void {
    if (this.#stopped) return
    this.#given.add(grant)
    this.#alarms.set(grant, Date.now() + againMs)
    this.#options.giveOut(grant).catch((error: unknown) => {
      if (this.#stopped) return
      const { taskId, subtaskId } = grant.waiting
      this.#options.log.warn({ err: error, taskId, subtaskId }, 'work was not given out, and goes back in line')
    })
  }

  #ring(grant: Grant): void {
    if (!this.#room.isOpenGrant(grant)) return
    if (this.#given.has(grant)) this.#room.renew(grant)
    else {
      this.#gone.add(grant.writer)
      this.#give(grant)
    }
  }
}
