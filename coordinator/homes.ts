import type { Hex } from '../protocol/hash.ts'
import type { Stamp } from './log/stamp.ts'

/**
 * Tasks that agents are at work for, and that have their home at another coordinator: at the one that wrote their last entry. It has
 * them in memory, knows that nothing was added since, and counts on the places that they hold.
 */
export class Homes {
  readonly #writer: string
  readonly #elsewhere = new Map<Hex, string>()

  /** @param writer who this coordinator is in the stamps of its entries */
  constructor(writer: string) {
    this.#writer = writer
  }

  heed({ taskId, writer, demand }: Pick<Stamp, 'taskId' | 'writer' | 'demand'>): void {
    if (writer !== this.#writer && demand && Object.keys(demand.holding).length > 0) this.#elsewhere.set(taskId, writer)
    else this.#elsewhere.delete(taskId)
  }

  /** The other coordinator at which a task has its home; undefined where it has none, or this one is it. */
  elsewhere(taskId: Hex): string | undefined {
    return this.#elsewhere.get(taskId)
  }
}
