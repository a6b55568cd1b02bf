import type { Earning, LineOrder } from '../../../protocol/batch.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import type { SigningDomain } from '../../../protocol/typed-data.ts'

/** What only the chain knows of the time when a batch was posted. */
export interface ChainFacts {
  readonly domain: SigningDomain
  readonly token: Address
  /** The highest fee, in basis points of the budget. */
  readonly maxFeeBps: bigint
  /** Seconds since 1970. */
  readonly postedAt: bigint
  /** How long after an order's deadline it can still be settled. */
  readonly graceSeconds: bigint
  /** The earnings of the batch that this one continues. */
  readonly parent: readonly Earning[]
  /** Whether the order was void, or its task reserved. */
  isSpent(order: LineOrder, taskId: Hex): boolean
  /** Whether an earlier batch, posted or final, settles the task. */
  isSettled(taskId: Hex): boolean
  /** Whether this wallet ever spoke for the agent. */
  spokeFor(agentId: bigint, wallet: Address): boolean
  /** The RFC 6962 leaf at this place of the evidence log; null where there is none. */
  evidenceAt(index: bigint): Hex | null
}
