import { decodeRevert } from '../contracts/bindings.ts'
import type { Json } from '../protocol/canonical.ts'
import type { ChainRecord } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { quantity } from './block.ts'
import { jsonOf } from './json-of.ts'
import { NodeError, type Rpc } from './rpc.ts'

export type Revert = NonNullable<ChainRecord['revert']>

/** JSON-RPC's code of a call that reverted (EIP-1474 leaves it to nodes; geth, anvil, reth and Besu agree on it). */
const EXECUTION_REVERTED = 3

/** Why the contract refused; null when the node's error says something else than a refusal. */
export function readRevert(error: unknown): Revert | null {
  if (!(error instanceof NodeError)) return null
  if (error.code !== EXECUTION_REVERTED && error.data === null && !/revert/i.test(error.message)) return null
  return revertOf(error.data, error.message)
}

/** What a call reverted with, decoded; `message` is kept of what no contract of ours says. */
export function revertOf(data: string | null, message: string): Revert {
  const decoded = data === null ? null : decodeRevert(data)
  if (decoded !== null) return { name: decoded.name, args: jsonOf(decoded.args) as Json }
  return { name: 'Unknown', args: { data: data ?? '0x', message } }
}

export interface Call {
  from: Hex
  to: Hex
  data: Hex
  value: bigint
}

/**
 * Why a mined transaction failed, by running its call again: on the state before its block, then on the one after,
 * because what made it fail may have come earlier in the same block.
 */
export async function replayRevert(rpc: Rpc, call: Call, blockNumber: number): Promise<Revert> {
  for (const number of [blockNumber - 1, blockNumber]) {
    try {
      await rpc('eth_call', [{ ...call, value: hexOf(call.value) }, quantity(number)])
    } catch (error) {
      const revert = readRevert(error)
      if (revert !== null) return revert
      // A pruned node no longer has that state: the failure is certain, only its reason is lost.
      if (!(error instanceof NodeError)) throw error
    }
  }
  return { name: 'Unknown', args: { message: 'the call does not fail when it is run again' } }
}

function hexOf(value: bigint): Hex {
  return `0x${value.toString(16)}`
}
