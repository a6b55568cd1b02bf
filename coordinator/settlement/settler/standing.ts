import type { NatsConnection } from '@nats-io/nats-core'
import { LRUCache } from 'lru-cache'
import type { ChainEvent } from '../../../protocol/chain-event.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { SigningDomain } from '../../../protocol/typed-data.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import { foldBatches, type PostedBatch, type PostedBatches } from '../posted-batches.ts'
import { publishedLines } from '../published-lines.ts'
import { SettledOrders } from '../settled-orders.ts'

const ledgersKept = 16

/** The batches that were posted, by whomever, and what those that stand settle. */
export class Standing {
  readonly #nc: NatsConnection
  readonly #batches: PostedBatches = new Map()
  readonly #orders: SettledOrders
  readonly #ledgers = new LRUCache<string, Ledger>({ max: ledgersKept })

  constructor(nc: NatsConnection, domain: SigningDomain) {
    this.#nc = nc
    this.#orders = new SettledOrders(domain)
  }

  /** @returns the id of the batch that the event says something of */
  take(event: ChainEvent): bigint | null {
    return foldBatches(this.#batches, event)
  }

  get(id: bigint): PostedBatch | undefined {
    return this.#batches.get(id)
  }

  get all(): PostedBatch[] {
    return [...this.#batches.values()]
  }

  /** Its lines as they were published; null where they are not, or are others than it commits to. */
  async linesOf(posted: PostedBatch): Promise<Ledger | null> {
    const known = this.#ledgers.get(`${posted.id}`)
    if (known) return known
    const ledger = await publishedLines(this.#nc, posted)
    if (ledger) this.#ledgers.set(`${posted.id}`, ledger)
    return ledger
  }

  /**
   * Reads what those that stand settle.
   * @returns the batches that wait to be final and show nobody their lines: until they do, or fall, nothing can be posted
   */
  async read(): Promise<bigint[]> {
    const hidden: bigint[] = []
    for (const posted of this.#batches.values()) {
      const { id, status } = posted
      if (status === 'condemned' || status === 'orphaned') this.#orders.forget(id)
      else if (!this.#orders.has(id)) {
        const ledger = await this.linesOf(posted)
        if (ledger) this.#orders.add(id, ledger)
        else if (status === 'posted') hidden.push(id)
      }
    }
    return hidden
  }

  /** The batch that settles the task; null where none does. As of the last `read`. */
  settling(taskId: Hex): bigint | null {
    return this.#orders.before(2n ** 256n, taskId)?.id ?? null
  }
}
