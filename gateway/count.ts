import type { Hex } from '../protocol/hash.ts'
import type { Address } from '../protocol/ids.ts'
import type { Rpc } from './rpc.ts'

/** How many transactions the chain has of a signer: its next number, as far as the chain knows. */
export async function countOf(rpc: Rpc, signer: Address): Promise<number> {
  return Number(await rpc<Hex>('eth_getTransactionCount', [signer, 'latest']))
}

export async function countAll(rpc: Rpc, signers: Iterable<Address>): Promise<Map<Address, number>> {
  return new Map(await Promise.all([...signers].map(async signer => [signer, await countOf(rpc, signer)] as const)))
}
