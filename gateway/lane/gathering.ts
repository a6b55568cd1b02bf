import type { Message } from '../message.ts'
import { gasBeforeCalls, SHARED_MARGIN } from './gas.ts'

/** Nodes keep transactions of up to 128 KiB (geth); a call takes 256 bytes or so. */
export const MAX_BYTES = 100_000
export const MAX_CALLS = 1_000

/** What a message takes of a batch, as far as that is known before it is measured. */
export interface Size {
  readonly bytes: number
  readonly gas: bigint
}

/** A batch that messages board, until it goes or has no more room. */
export class Gathering {
  readonly opened: Promise<Message>
  readonly #mostGas: bigint
  readonly #boarding = new Set<Promise<unknown>>()
  #batch: Message | null = null
  #taken = { calls: 0, bytes: 0, gas: SHARED_MARGIN }
  #closed = false
  #failed = false

  /** @param mostGas the most that its transaction may use */
  constructor(opened: Promise<Message>, mostGas: bigint) {
    this.#mostGas = mostGas
    this.opened = opened.then(batch => {
      this.#batch = batch
      return batch
    })
    this.opened.catch(() => {
      this.#failed = true
    })
  }

  /** One that was begun before: how much room it has is not known, and it takes nobody in. */
  static of(batch: Message): Gathering {
    const gathering = new Gathering(Promise.resolve(batch), 0n)
    gathering.#batch = batch
    gathering.#closed = true
    return gathering
  }

  /** Its batch; null until that is stored. */
  get batch(): Message | null {
    return this.#batch
  }

  /** Whether its batch can still go: not when it has gone, was given up, is another gateway's, or could not be stored. */
  get isWaiting(): boolean {
    return this.#batch === null ? !this.#failed : this.#batch.life.state === 'ADMITTED' && !this.#batch.released
  }

  get isOpen(): boolean {
    return !this.#closed && this.isWaiting
  }

  hasRoom({ bytes, gas }: Size): boolean {
    const { calls, ...taken } = this.#taken
    if (calls === 0) return true
    const allBytes = taken.bytes + bytes
    const allGas = taken.gas + gas + gasBeforeCalls(allBytes)
    return calls < MAX_CALLS && allBytes <= MAX_BYTES && allGas <= this.#mostGas
  }

  /** Keeps a place for a message while it is being stored that it boards. */
  async take<T>({ bytes, gas }: Size, store: (batch: Message) => Promise<T>): Promise<T> {
    const { calls, ...taken } = this.#taken
    this.#taken = { calls: calls + 1, bytes: taken.bytes + bytes, gas: taken.gas + gas }
    const boarded = this.opened.then(store)
    const settled = boarded.then(
      () => {},
      () => {},
    )
    this.#boarding.add(settled)
    try {
      return await boarded
    } finally {
      this.#boarding.delete(settled)
    }
  }

  /** Takes nobody in any more; resolves when all who board are aboard. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([this.opened, ...this.#boarding])
  }
}
