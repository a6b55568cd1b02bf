import type { Hex } from '../../protocol/hash.ts'
import type { Finality } from '../../stack/chain-profile.ts'
import type { RpcHeader } from '../block.ts'
import type { Rpc } from '../rpc.ts'

/** Number of a chain's newest final block; -1 before there is one. */
export async function finalNumber(rpc: Rpc, finality: Finality): Promise<number> {
  if (finality.rule === 'depth') return Number(await rpc<Hex>('eth_blockNumber', [])) - finality.blocks
  const header = await rpc<RpcHeader | null>('eth_getBlockByNumber', ['finalized', false])
  return header === null ? -1 : Number(header.number)
}
