import type { Hex } from '../protocol/hash.ts'
import { NodeSilent, type Rpc } from './rpc.ts'

/** A block's header as JSON-RPC has it; quantities are hexadecimal. Optional fields came with later forks. */
export interface RpcHeader {
  hash: Hex
  parentHash: Hex
  sha3Uncles: Hex
  miner: Hex
  stateRoot: Hex
  transactionsRoot: Hex
  receiptsRoot: Hex
  logsBloom: Hex
  difficulty: Hex
  number: Hex
  gasLimit: Hex
  gasUsed: Hex
  timestamp: Hex
  extraData: Hex
  mixHash: Hex
  nonce: Hex
  baseFeePerGas?: Hex
  withdrawalsRoot?: Hex
  blobGasUsed?: Hex
  excessBlobGas?: Hex
  parentBeaconBlockRoot?: Hex
  requestsHash?: Hex
  transactions: Hex[]
}

export interface RpcLog {
  address: Hex
  topics: Hex[]
  data: Hex
  blockNumber: Hex
  blockHash: Hex
  transactionHash: Hex
  logIndex: Hex
}

export interface RpcReceipt {
  from: Hex
  type: Hex
  status: Hex
  cumulativeGasUsed: Hex
  gasUsed: Hex
  logsBloom: Hex
  logs: RpcLog[]
  transactionHash: Hex
  transactionIndex: Hex
  blockNumber: Hex
  blockHash: Hex
}

/** A block with everything that its transactions did. */
export interface Block {
  readonly number: number
  readonly hash: Hex
  readonly parentHash: Hex
  readonly timeMs: number
  readonly baseFeePerGas: bigint
  readonly header: RpcHeader
  readonly receipts: readonly RpcReceipt[]
}

export function quantity(value: number): Hex {
  return `0x${value.toString(16)}`
}

/**
 * Reads a block and all its receipts in two requests, however many transactions it has.
 *
 * @throws NodeSilent when the node does not have it yet, or changed its mind between the two answers
 */
export async function readBlock(rpc: Rpc, number: number): Promise<Block> {
  const [header, receipts] = await Promise.all([
    rpc<RpcHeader | null>('eth_getBlockByNumber', [quantity(number), false]),
    rpc<RpcReceipt[] | null>('eth_getBlockReceipts', [quantity(number)]),
  ])
  if (header === null || receipts === null) throw new NodeSilent(`the node does not have block ${number} yet`)
  const whole =
    receipts.length === header.transactions.length && receipts.every(receipt => receipt.blockHash === header.hash)
  if (!whole) throw new NodeSilent(`the node's receipts of block ${number} are not those of ${header.hash}`)
  return {
    number,
    hash: header.hash,
    parentHash: header.parentHash,
    timeMs: Number(header.timestamp) * 1000,
    baseFeePerGas: BigInt(header.baseFeePerGas ?? '0x0'),
    header,
    receipts,
  }
}
