import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { Interface, type InterfaceAbi } from 'ethers'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import type { Anchor } from '../../protocol/evidence.ts'
import { fromHex, type Hex, keccak256, toHex } from '../../protocol/hash.ts'

/** A log as a contract of ours would write it. */
export interface EmittedLog {
  readonly address: Hex
  readonly contract: ContractName
  readonly event: string
  readonly args: readonly unknown[]
}

export interface Mined {
  readonly logs: readonly EmittedLog[]
  readonly status?: 0 | 1
}

/** Transactions beside ours, so that the receipt lies deep in its trie, as it does in a busy block. */
const transactions = 40

/** A block that holds these logs in the receipt of transaction `txIndex`, as the chain would have it, and its anchor. */
export async function mineBlock(blockNumber: number, txIndex: number, mined: Mined): Promise<Anchor> {
  const trie = await createMPT()
  for (let index = 0; index < transactions; index++) {
    await trie.put(RLP.encode(index), receiptOf(index, index === txIndex ? mined : { logs: [] }))
  }
  const header = RLP.encode(headerFields(blockNumber, trie.root()))
  const proof = await createMerkleProof(trie, RLP.encode(txIndex))
  return {
    headerRlp: toHex(header),
    blockHash: keccak256(header),
    blockNumber,
    txIndex,
    receipt: toHex(receiptOf(txIndex, mined)),
    proof: proof.map(toHex),
  }
}

/** EIP-1559's receipt: type 2, then status, cumulative gas, bloom and logs. The bloom is of no matter here. */
function receiptOf(index: number, { logs, status = 1 }: Mined): Uint8Array {
  const fields = [status, 21_000 * (index + 1), new Uint8Array(256), logs.map(encodeLog)]
  return Buffer.concat([Buffer.from([2]), RLP.encode(fields)])
}

function encodeLog({ address, contract, event, args }: EmittedLog) {
  const { topics, data } = new Interface(ABIS[contract] as InterfaceAbi).encodeEventLog(event, [...args])
  return [fromHex(address), topics.map(topic => fromHex(topic)), fromHex(data)]
}

/** The header of a block after Shanghai, in the order of the Yellow Paper; receiptsRoot is field 5, the number field 8. */
function headerFields(blockNumber: number, receiptsRoot: Uint8Array) {
  const hash = (byte: number) => new Uint8Array(32).fill(byte)
  return [
    ...[hash(1), hash(2), new Uint8Array(20), hash(3), hash(4), receiptsRoot],
    ...[new Uint8Array(256), 0, blockNumber, 300_000_000, 5_000_000, 1_125_230_400],
    ...[new Uint8Array(0), hash(5), new Uint8Array(8), 7, hash(6)],
  ]
}
