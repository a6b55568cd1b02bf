import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { type Hex, toHex } from '../protocol/hash.ts'
import type { RpcReceipt } from './block.ts'
import { encodeReceipt, type ProvenRules } from './encode-receipt.ts'

/**
 * The trie of a block's receipts.
 *
 * @throws Error when they do not hash to the root that the block's header states
 */
export async function plantReceipts(
  receipts: readonly RpcReceipt[],
  receiptsRoot: Hex,
  rules: ProvenRules,
): Promise<MerklePatriciaTrie> {
  const trie = await createMPT()
  for (const receipt of receipts) {
    await trie.put(RLP.encode(Number(receipt.transactionIndex)), encodeReceipt(receipt, rules))
  }
  if (toHex(trie.root()) !== receiptsRoot)
    throw new Error(`the receipts do not hash to the receipts root ${receiptsRoot}`)
  return trie
}
