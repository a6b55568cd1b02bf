import type { Hex } from '../protocol/hash.ts'
import { type Block, quantity, type RpcReceipt, readBlock, receiptIn } from './block.ts'
import type { Message } from './message.ts'
import type { Pipeline } from './pipeline.ts'
import { NodeError } from './rpc.ts'

type Ground = Pick<Pipeline, 'rpc' | 'head' | 'profile'>

/**
 * The receipt of a message whose number is used by a final transaction, if that was one of its attempts: read from the block in which
 * the number was used, because a node that is asked for a receipt alone may lag behind the one that counted, and then says
 * that there is none. Null when it was another's; and where the node keeps no states that are so old, its word is all there is.
 *
 * @throws NodeSilent
 */
export async function ownReceipt(ground: Ground, message: Message): Promise<RpcReceipt | null> {
  const { signer, nonce, attempts } = message.life
  const block = await blockOfUse(ground, signer!, nonce!)
  if (block === null) return null
  return attempts.map(({ txHash }) => receiptIn(block, txHash)).find(receipt => receipt !== undefined) ?? null
}

/** The first block after which the signer's count is above the number, which at the final one it is. */
async function blockOfUse({ rpc, head, profile }: Ground, signer: Hex, nonce: number): Promise<Block | null> {
  const isUsedAt = async (number: number) =>
    Number(await rpc<Hex>('eth_getTransactionCount', [signer, quantity(number)])) > nonce
  try {
    let used = Math.max(0, head.finalNumber())
    let unused = used - 1
    for (let step = 1; unused >= 0 && (await isUsedAt(unused)); step *= 2) [used, unused] = [unused, unused - step]
    unused = Math.max(-1, unused)
    while (used - unused > 1) {
      const middle = Math.floor((used + unused) / 2)
      if (await isUsedAt(middle)) used = middle
      else unused = middle
    }
    return head.block(used) ?? (await readBlock(rpc, used, profile.receipts))
  } catch (error) {
    if (error instanceof NodeError) return null
    throw error
  }
}
