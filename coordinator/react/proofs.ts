import type { JetStreamManager } from '@nats-io/jetstream'
import { LRUCache } from 'lru-cache'
import type { ChainRecord } from '../../protocol/chain-message.ts'
import { type Anchor, anchorOf } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { readRecords } from '../../stack/chain-records.ts'

/**
 * The proofs that the gateway keeps of final messages. Most are asked for soon after the outcome came, which has them, and
 * that of a batch for each of its tasks: those are not read again.
 */
export class Proofs {
  readonly #jsm: JetStreamManager
  readonly #recent = new LRUCache<Hex, Anchor>({ max: 256 })

  constructor(jsm: JetStreamManager) {
    this.#jsm = jsm
  }

  /** Remembers the proof that an outcome came with. */
  note({ messageId, proof }: ChainRecord): void {
    if (proof) this.#recent.set(messageId, anchorOf(proof))
  }

  has(messageId: Hex): boolean {
    return this.#recent.has(messageId)
  }

  async of(messageId: Hex): Promise<Anchor> {
    if (!this.has(messageId)) for (const { record } of await readRecords(this.#jsm, messageId)) this.note(record)
    const proof = this.#recent.get(messageId)
    if (!proof) throw new Error(`the gateway has no proof of message ${messageId} yet`)
    return proof
  }
}
