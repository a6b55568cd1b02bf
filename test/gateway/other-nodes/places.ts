import { decodeLog } from '../../../contracts/bindings.ts'
import type { RpcHeader, RpcReceipt } from '../../../gateway/block.ts'
import type { Rpc } from '../../../gateway/rpc.ts'
import { placeOf } from '../published.ts'
import type { World } from '../with-gateway.ts'

/** Where the chain has events of our contracts, up to a block: counted here, by the receipts of each transaction. */
export async function placesOnChain(rpc: Rpc, { deployment }: World, lastBlock: number): Promise<string[]> {
  const places: string[] = []
  for (let number = 0; number <= lastBlock; number += 1) {
    const header = await rpc<RpcHeader>('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
    const receipts = await Promise.all(
      header.transactions.map(hash => rpc<RpcReceipt>('eth_getTransactionReceipt', [hash])),
    )
    for (const [logIndex, log] of receipts.flatMap(({ logs }) => logs).entries()) {
      if (decodeLog(log, deployment.addresses) !== null) places.push(placeOf({ blockHash: header.hash, logIndex }))
    }
  }
  return places
}
