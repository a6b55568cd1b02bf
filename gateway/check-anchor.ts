import { verifyMPTWithMerkleProof } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import type { AnchorProof } from '../protocol/chain-message.ts'
import { fromHex, keccak256 } from '../protocol/hash.ts'
import { emptyTrie } from './receipts-trie.ts'

// Places in the header's list, as `encode-block.ts` writes it.
const RECEIPTS_ROOT = 5
const NUMBER = 8

/**
 * Recomputes that a proof's receipt is in its block. The transaction's hash is not part of a receipt: it is bound by the
 * index alone, and whoever doubts it asks a node.
 *
 * @throws Error saying what does not fit
 */
export async function checkAnchor(anchor: AnchorProof): Promise<void> {
  const headerRlp = fromHex(anchor.headerRlp)
  if (keccak256(headerRlp) !== anchor.blockHash) throw new Error('the header does not hash to the block hash')
  const header = RLP.decode(headerRlp) as Uint8Array[]
  const number = Number(`0x${Buffer.from(header[NUMBER]!).toString('hex') || '0'}`)
  if (number !== anchor.blockNumber) throw new Error(`the header is of block ${number}, not ${anchor.blockNumber}`)
  const nodes = anchor.proof.map(fromHex)
  const key = RLP.encode(anchor.txIndex)
  const found = await verifyMPTWithMerkleProof(await emptyTrie(), header[RECEIPTS_ROOT]!, key, nodes).catch(() => null)
  if (found === null || !fromHex(anchor.receipt).equals(found)) {
    throw new Error('the receipt is not under the receipts root of the header')
  }
}
