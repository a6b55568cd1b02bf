import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import type { TaskEntry, TaskEvent } from '../protocol/events.ts'
import type { Hex } from '../protocol/hash.ts'

/** What agents are told later than this takes of the time that they have. */
const lateMs = 1_000
/** So long after the bus is back agents are back too, and have said what they could not. */
const backMs = 1_000
const lookMs = 50
/** How often the bus is asked whether it is there. */
const probeMs = 250
/** A coordinator that was not at work for longer does not know whether the bus was. */
const standstillMs = 2_000

/**
 * Since when this coordinator would have heard whoever spoke to it, without a break. Of agents that were asked before that it cannot
 * say that they were silent of themselves.
 */
export class Hearing {
  #sinceMs = Date.now()
  /** By task, where it is later than that. */
  readonly #ofTask = new Map<Hex, number>()
  /** By task, of entries that tell agents something which they have not been told yet: their places, and when they were written. */
  readonly #untold = new Map<Hex, Map<number, number>>()

  /** Heeds that the connection falls, and that it stands again; and that the bus, or this process, stands still. */
  async follow(nc: NatsConnection): Promise<void> {
    void this.#probe(nc)
    for await (const { type } of nc.status()) {
      // What is asked meanwhile may come about once it stands again, as it was asked.
      if (type === 'disconnect') this.#sinceMs = Number.POSITIVE_INFINITY
      if (type === 'reconnect') this.#sinceMs = Date.now()
    }
  }

  /** A bus that stands still breaks no connection. */
  async #probe(nc: NatsConnection): Promise<void> {
    while (!nc.isClosed()) {
      const beganMs = performance.now()
      await sleep(probeMs, undefined, { ref: false })
      if (performance.now() - beganMs > standstillMs) this.lost()
      await nc.flush().catch(() => {})
      if (performance.now() - beganMs > standstillMs) this.lost()
    }
  }

  /** The bus did not do what it was asked. */
  lost(): void {
    this.#sinceMs = Math.max(this.#sinceMs, Date.now())
  }

  /** Agents are to be told what an entry asks of them. */
  telling({ taskId, first, events }: TaskEntry): void {
    const writtenMs = events.find(tellsAgents)?.atMs
    if (writtenMs === undefined) return
    const untold = this.#untold.get(taskId) ?? new Map()
    this.#untold.set(taskId, untold.set(first, writtenMs))
  }

  told({ taskId, first }: TaskEntry): void {
    const untold = this.#untold.get(taskId)
    const writtenMs = untold?.get(first)
    if (writtenMs === undefined) return
    untold!.delete(first)
    if (untold!.size === 0) this.#untold.delete(taskId)
    if (isLate(writtenMs)) this.late(taskId)
  }

  /** Agents at a task were heard late, or told late what it asks of them. */
  late(taskId: Hex): void {
    this.#ofTask.set(taskId, Date.now())
  }

  forget(taskId: Hex): void {
    this.#ofTask.delete(taskId)
  }

  sinceMs(taskId: Hex): number {
    const untold = this.#untold.get(taskId)
    const ofTaskMs = untold && [...untold.values()].some(isLate) ? Date.now() : (this.#ofTask.get(taskId) ?? 0)
    return Math.max(this.#sinceMs, ofTaskMs)
  }

  /** Whether agents at the task have been told what they are asked, and would be heard by now. */
  hears(taskId: Hex): boolean {
    return this.#isBack() && !this.#untold.has(taskId)
  }

  /** When whoever was away with the bus has had time to be back. */
  async back(): Promise<void> {
    while (!this.#isBack()) await sleep(lookMs, undefined, { ref: false })
  }

  #isBack(): boolean {
    return Date.now() >= this.#sinceMs + backMs
  }
}

/** Agents have so long from then on. */
function tellsAgents({ type }: TaskEvent): boolean {
  return type === 'SubtaskAssigned' || type === 'KeysAsked' || type === 'KeysAnswered' || type === 'RevealOpened'
}

function isLate(writtenMs: number): boolean {
  return Date.now() - writtenMs > lateMs
}
