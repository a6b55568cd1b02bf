import { createMerkleProof, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import type { AnchorProof } from '../protocol/chain-message.ts'
import { toHex } from '../protocol/hash.ts'
import type { Block, RpcReceipt } from './block.ts'
import { checkAnchor } from './check-anchor.ts'
import { whyUnknown } from './check-receipts.ts'
import { encodeHashed } from './encode-block.ts'
import { encodeReceipt, type ProvenRules } from './encode-receipt.ts'
import { plantReceipts } from './receipts-trie.ts'

/** One trie serves all proofs of a block. */
const tries = new WeakMap<Block, Promise<MerklePatriciaTrie>>()

/**
 * The bytes from which anyone recomputes, without a node, that this receipt is in this block; checked here before they
 * are given away.
 *
 * @throws Error when what the node said does not hash to what it claims, and on a chain whose blocks prove no receipts;
 * EntenteError RECEIPT_TYPE_UNKNOWN when it is because they are encoded otherwise than the chain's profile says
 */
export async function proveReceipt(block: Block, receipt: RpcReceipt): Promise<AnchorProof> {
  const { rules } = block
  if (rules === 'unproven') throw new Error('the blocks of this chain do not prove their receipts')
  const trie = tries.get(block) ?? plant(block, rules)
  tries.set(block, trie)
  const txIndex = Number(receipt.transactionIndex)
  const nodes = await createMerkleProof(await trie, RLP.encode(txIndex))
  const proof: AnchorProof = {
    headerRlp: toHex(encodeHashed(block.header)),
    blockHash: block.hash,
    blockNumber: block.number,
    txHash: receipt.transactionHash,
    txIndex,
    receipt: toHex(encodeReceipt(receipt, rules)),
    proof: nodes.map(toHex),
  }
  await checkAnchor(proof)
  return proof
}

async function plant({ receipts, header }: Block, rules: ProvenRules): Promise<MerklePatriciaTrie> {
  try {
    return await plantReceipts(receipts, header.receiptsRoot, rules)
  } catch (cause) {
    throw whyUnknown(receipts, header, rules) ?? cause
  }
}
