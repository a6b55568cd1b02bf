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

/** Messages of one signer that wait to go to the chain together. */
export interface Lane {
  /** What the account of a signer that delegates will run. */
  readonly code: Hex | null
  /** Whether a new message of a signer is to go with others. */
  isFor(signer: Address, intent: ChainIntent): boolean
  /** Takes a message in that is to go with others; false for one that goes alone. */
  join(message: Message): boolean
  waits(message: Message): boolean
  leave(message: Message): void
  /** Those that wait for a signer's next batch, what is urgent first, and else in the order in which they came. */
  waiting(signer: Address): Message[]
  /** Forms the next batch of a signer soon, if any message waits and no batch is under way. */
  wake(signer: Address): void
  /** Wakes all that wait. */
  tend(): void
  /** The most that a batch may use now. */
  maxGas(): bigint
}
