import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { fromHex, type Hex, keccak256, toHex } from '../protocol/hash.ts'
import type { RpcReceipt } from './block.ts'
import { encodeReceipt, type ProvenRules } from './encode-receipt.ts'

/** Hashes as all of ours does, in an eighth of the time that the library's own hash takes. */
export const emptyTrie = (): Promise<MerklePatriciaTrie> =>
  createMPT({ useKeyHashingFunction: data => fromHex(keccak256(data)) })

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
  const trie = await emptyTrie()
  for (const receipt of receipts) {
    await trie.put(RLP.encode(Number(receipt.transactionIndex)), encodeReceipt(receipt, rules))
  }
  if (toHex(trie.root()) !== receiptsRoot)
    throw new Error(`the receipts do not hash to the receipts root ${receiptsRoot}`)
  return trie
}
