import { createMerkleProof, createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import type { AnchorProof } from '../protocol/chain-message.ts'
import { fromHex, toHex } from '../protocol/hash.ts'
import type { Block, RpcReceipt } from './block.ts'
import { checkAnchor } from './check-anchor.ts'
import { encodeHeader, encodeReceipt } from './encode-block.ts'

/** One trie serves all proofs of a block. */
const tries = new WeakMap<Block, Promise<MerklePatriciaTrie>>()

/**
 * The bytes from which anyone recomputes, without a node, that this receipt is in this block; checked here before they
 * are given away.
 *
 * @throws Error when what the node said does not hash to what it claims
 */
export async function proveReceipt(block: Block, receipt: RpcReceipt): Promise<AnchorProof> {
  const trie = tries.get(block) ?? plantTrie(block)
  tries.set(block, trie)
  const txIndex = Number(receipt.transactionIndex)
  const nodes = await createMerkleProof(await trie, RLP.encode(txIndex))
  const proof: AnchorProof = {
    headerRlp: toHex(encodeHeader(block.header)),
    blockHash: block.hash,
    blockNumber: block.number,
    txHash: receipt.transactionHash,
    txIndex,
    receipt: toHex(encodeReceipt(receipt)),
    proof: nodes.map(toHex),
  }
  await checkAnchor(proof)
  return proof
}

async function plantTrie(block: Block): Promise<MerklePatriciaTrie> {
  const trie = await createMPT()
  for (const receipt of block.receipts) {
    await trie.put(RLP.encode(Number(receipt.transactionIndex)), encodeReceipt(receipt))
  }
  if (!Buffer.from(trie.root()).equals(fromHex(block.header.receiptsRoot))) {
    throw new Error(`the receipts of block ${block.number} do not hash to its receipts root`)
  }
  return trie
}
