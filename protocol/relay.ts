import { z } from 'zod'
import { Address, Bytes32, DomainId, Millis, Signature } from './ids.ts'

/** Of another chain: the block of that number has that hash, and is final. */
export const ForeignBlock = z.strictObject({ sourceChain: z.int().min(1), number: z.int().min(0), blockHash: Bytes32 })
export type ForeignBlock = z.infer<typeof ForeignBlock>

/** An attester's word for it: its signature over EIP-712 `ForeignBlock`, for its domain. */
export const Vouch = z.strictObject({ domainId: DomainId, attester: Address, signature: Signature })
export type Vouch = z.infer<typeof Vouch>

/** How a relay stands: each relay on the bus answers with one. */
export const RelayFigures = z.object({
  sourceChain: z.int(),
  destinationChain: z.int(),
  /** Of the source: everything before this block was looked through, and carried. */
  nextBlock: z.int(),
  /** Of the source, the newest final one; null before its node answered. */
  finalBlock: z.int().nullable(),
  /** Since this process started. */
  carried: z.object({ headers: z.int(), checkpoints: z.int(), messages: z.int() }),
  /** Why nothing goes on at the moment. */
  stuck: z.object({ code: z.string(), message: z.string(), sinceMs: Millis }).nullable(),
})
export type RelayFigures = z.infer<typeof RelayFigures>
