import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Message } from '../message.ts'

export interface LanePolicy {
  /** Whose messages go together unless their intent says otherwise. */
  readonly tenants: ReadonlySet<string>
  /** The most that one transaction may use. */
  readonly maxGas: bigint
}

/** Where messages of one signer board a batch, one batch after the other. */
export interface Lane {
  /** What the account of a signer that delegates will run. */
  readonly code: Hex | null
  /** Whether a new message of a signer is to go with others. */
  isFor(signer: Address, intent: ChainIntent): boolean
  /** Whether a message that is in hand is to board a batch. */
  takes(message: Message): boolean
  /**
   * Has a message board the batch that a signer sends next and that has room for it; the batch does not go before that is stored.
   * @param store stores that the message goes with the batch of this id
   */
  board<T>(signer: Address, intent: ChainIntent, store: (batchId: Hex) => Promise<T>): Promise<T>
  /** Takes up a batch that another gateway, or an earlier run, has begun. */
  gather(batch: Message): void
  /** Whether a batch is one that waits to go. */
  waits(batch: Message): boolean
  /** Lets the next batch of a signer go soon, if there is one and none is under way. */
  wake(signer: Address): void
  /** Wakes all that wait. */
  tend(): void
  /** Takes in what calls of a signer use on the average: so many find room in its next batches. */
  saw(signer: Address, gasUsed: bigint): void
  /** The most that a batch may use now. */
  maxGas(): bigint
}
