import type { Hex } from '../../protocol/hash.ts'
import { intrinsicGas } from './calls.ts'

/** What the executor adds to a call: reading it, its event, and its room should it have to be skipped. */
const PER_CALL = 8_000n
/** Of the margin that a call has alone, one is there for all together, and so much for each. */
export const SHARED_MARGIN = 540_000n
const MARGIN_PER_CALL = 20_000n
/** EIP-7702's PER_EMPTY_ACCOUNT_COST. */
const DELEGATION = 25_000n

/** A call's share of its batch, by what it was seen to use: a fifth more, and 64 parts for each 63 (EIP-150). */
export function gasForCall(used: bigint): bigint {
  return (used * 128n) / 105n + PER_CALL + MARGIN_PER_CALL
}

/** The limit of a batch's transaction. */
export function gasForBatch(data: Hex, used: readonly bigint[], delegates: boolean): bigint {
  const { gas, floor } = intrinsicGas(data)
  const limit = gas + (delegates ? DELEGATION : 0n) + used.reduce((sum, each) => sum + gasForCall(each), SHARED_MARGIN)
  return limit > floor ? limit : floor
}

/** At most so much of a batch's limit goes before its calls, whatever they are. */
export function gasBeforeCalls(bytes: number): bigint {
  return 21_000n + DELEGATION + BigInt(bytes) * 16n
}
