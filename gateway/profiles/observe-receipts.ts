import type { ReceiptRules } from '../../stack/chain-profile.ts'
import { quantity, type RpcHeader, type RpcReceipt } from '../block.ts'
import { hashTo } from '../check-receipts.ts'
import { type ProvenRules, rulesWith } from '../encode-receipt.ts'
import type { Rpc } from '../rpc.ts'

/** Blocks that are looked at before it is left open: some chains make empty ones. */
const BLOCKS = 16

/** How a chain's receipts were seen to be encoded. */
export interface SeenReceipts {
  readonly block: number
  /** By all rules of which each receipt hashes to its root; none where none does, or the types are none that are known. */
  readonly fit: readonly ProvenRules[]
  /** Whether the root covers them by the rules of the profile, whatever their types. */
  readonly proven: boolean
}

/**
 * Looks at the newest block in which something was done, or at one in which nothing was and whose root is not that of nothing.
 * @returns null where there is none among the last 16, or the node does not give the receipts
 */
export async function observeReceipts(rpc: Rpc, end: number, rules: ReceiptRules): Promise<SeenReceipts | null> {
  let empty: SeenReceipts | null = null
  for (let block = end; block >= Math.max(0, end - BLOCKS + 1); block -= 1) {
    const [header, receipts] = await Promise.all([
      rpc<RpcHeader | null>('eth_getBlockByNumber', [quantity(block), false]),
      rpc<RpcReceipt[] | null>('eth_getBlockReceipts', [quantity(block)]),
    ])
    if (header === null || receipts === null) continue
    // The node has changed its mind in between.
    if (receipts.some(({ blockHash }) => blockHash !== header.hash)) continue
    const seen = { block, ...(await fitOf(header, receipts, rules)) }
    if (receipts.length > 0) return seen
    if (seen.fit.length === 0) empty ??= seen
  }
  return empty
}

async function fitOf(header: RpcHeader, receipts: readonly RpcReceipt[], rules: ReceiptRules) {
  const fit: ProvenRules[] = []
  for (const each of rulesWith(receipts.map(({ type }) => type))) {
    if (await hashTo(receipts, header, each)) fit.push(each)
  }
  return { fit, proven: rules !== 'unproven' && (await hashTo(receipts, header, rules)) }
}
