import { z } from 'zod'
import { Address, Bytes32 } from './ids.ts'
import { JsonValue } from './json.ts'

/** A confirmed event of one of the consortium's contracts. Integers in `args` are decimal strings. */
export const ChainEvent = z.object({
  contract: z.string(),
  event: z.string(),
  args: z.record(z.string(), JsonValue),
  address: Address,
  blockNumber: z.int(),
  blockHash: Bytes32,
  blockTimeMs: z.int(),
  txHash: Bytes32,
  logIndex: z.int(),
})
export type ChainEvent = z.infer<typeof ChainEvent>
