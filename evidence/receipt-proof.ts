import { createMerkleProof, createMPTFromProof } from '@ethereumjs/mpt'
import { type NestedUint8Array, RLP } from '@ethereumjs/rlp'
import type { Anchor } from '../protocol/evidence.ts'
import { fromHex, type Hex, keccak256, toHex } from '../protocol/hash.ts'

/** A log as it lies in a receipt. */
export interface ReceiptLog {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
}

/** What is wrong with an anchor; `field` is empty when several fields contradict one another. */
export class AnchorFault extends Error {
  readonly field: keyof Anchor | ''

  constructor(field: keyof Anchor | '', what: string) {
    super(what)
    this.field = field
  }
}

/** Positions in a block header's RLP list (Ethereum Yellow Paper, 4.4). */
const receiptsRootAt = 5
const numberAt = 8

/**
 * Opens an anchor: the header has the block's hash, and the receipt is the header's receipt number `txIndex`, by a
 * Merkle–Patricia proof. That the block is the chain's is for the chain to say.
 * @returns the logs of the receipt
 * @throws AnchorFault
 */
export async function openAnchor(anchor: Anchor): Promise<ReceiptLog[]> {
  const header = readHeader(anchor)
  const value = await proven(anchor, header.receiptsRoot)
  if (toHex(value) !== anchor.receipt) throw new AnchorFault('receipt', 'it is not the receipt that the proof proves')
  return logsOf(value)
}

function readHeader({ headerRlp, blockHash, blockNumber }: Anchor) {
  if (keccak256(fromHex(headerRlp)) !== blockHash) throw new AnchorFault('', 'headerRlp does not hash to blockHash')
  const fields = decode('headerRlp', fromHex(headerRlp))
  const [receiptsRoot, number] = [bytesAt(fields, receiptsRootAt), bytesAt(fields, numberAt)]
  if (!receiptsRoot || !number) throw new AnchorFault('headerRlp', 'it is not a block header')
  const height = BigInt(`0x0${Buffer.from(number).toString('hex')}`)
  if (height !== BigInt(blockNumber)) throw new AnchorFault('blockNumber', `its header is that of block ${height}`)
  return { receiptsRoot }
}

/** Every node of the proof must be on the way: proved again from what it opens, the proof must be the same. */
async function proven({ txIndex, proof }: Anchor, root: Uint8Array): Promise<Uint8Array> {
  try {
    const key = RLP.encode(txIndex)
    const nodes = proof.map(node => new Uint8Array(fromHex(node)))
    const trie = await createMPTFromProof(nodes, { root })
    const value = await trie.get(key, true)
    const again = await createMerkleProof(trie, key)
    if (value && again.length === proof.length && again.every((node, at) => toHex(node) === proof[at])) return value
  } catch {
    // The library says no more than that the proof is invalid.
  }
  throw new AnchorFault('', `its proof does not lead from the header's receiptsRoot to receipt ${txIndex}`)
}

/** EIP-2718: a byte for the type, then the list; without the byte, a list (EIP-658). */
function logsOf(receipt: Uint8Array): ReceiptLog[] {
  const fields = decode('receipt', receipt[0]! < 0x80 ? receipt.subarray(1) : receipt)
  const [status, , , logs] = fields
  if (!(status instanceof Uint8Array) || !Array.isArray(logs)) throw notAReceipt()
  if (toHex(status) !== '0x01') throw new AnchorFault('receipt', 'its transaction failed')
  return logs.map(logOf)
}

function logOf(item: Uint8Array | NestedUint8Array): ReceiptLog {
  const [address, topics, data] = Array.isArray(item) ? item : []
  if (!(address instanceof Uint8Array) || !Array.isArray(topics) || !(data instanceof Uint8Array)) throw notAReceipt()
  const hashes = topics.map(topic => (topic instanceof Uint8Array ? toHex(topic) : null))
  if (!hashes.every(hash => hash !== null)) throw notAReceipt()
  return { address: toHex(address), topics: hashes, data: toHex(data) }
}

const notAReceipt = () => new AnchorFault('receipt', 'it is not a receipt')

function decode(field: 'headerRlp' | 'receipt', bytes: Uint8Array): NestedUint8Array {
  try {
    const decoded = RLP.decode(bytes)
    if (Array.isArray(decoded)) return decoded
  } catch {
    // Reported below.
  }
  throw new AnchorFault(field, 'it is not an RLP list')
}

function bytesAt(fields: NestedUint8Array, at: number): Uint8Array | null {
  const value = fields[at]
  return value instanceof Uint8Array ? value : null
}
