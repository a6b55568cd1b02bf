import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Hex } from '../protocol/hash.ts'

/** So long after the bus is back agents are back too, and have said what they could not. */
const backMs = 1_000

/**
 * Since when this coordinator would have heard whoever spoke to it, without a break. Of agents that were asked before that it cannot
 * say that they were silent of themselves.
 */
export class Hearing {
  #sinceMs = Date.now()
  /** By task, where it is later than that. */
  readonly #ofTask = new Map<Hex, number>()

  /** Heeds that the connection falls, and that it stands again. */
  async follow(nc: NatsConnection): Promise<void> {
    for await (const { type } of nc.status()) {
      // What is asked meanwhile may come about once it stands again, as it was asked.
      if (type === 'disconnect') this.#sinceMs = Number.POSITIVE_INFINITY
      if (type === 'reconnect') this.#sinceMs = Date.now()
    }
  }

  /** The bus did not do what it was asked. */
  lost(): void {
    this.#sinceMs = Math.max(this.#sinceMs, Date.now())
  }

  /** Agents at a task were told late what it asks of them, or heard late. */
  late(taskId: Hex): void {
    this.#ofTask.set(taskId, Date.now())
  }

  forget(taskId: Hex): void {
    this.#ofTask.delete(taskId)
  }

  sinceMs(taskId: Hex): number {
    return Math.max(this.#sinceMs, this.#ofTask.get(taskId) ?? 0)
  }

  /** When who was away has had time to be back. */
  async back(taskId: Hex): Promise<void> {
    for (;;) {
      const waitMs = this.sinceMs(taskId) + backMs - Date.now()
      if (waitMs <= 0) return
      await sleep(Math.min(waitMs, backMs), undefined, { ref: false })
    }
  }
}
