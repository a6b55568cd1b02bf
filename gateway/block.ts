import type { Hex } from '../protocol/hash.ts'
import type { ReceiptRules } from '../stack/chain-profile.ts'
import { bloomOf } from './bloom.ts'
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
  /** Of deposits of an OP stack since Regolith... */
  depositNonce?: Hex | null
  /** ...and since Canyon. */
  depositReceiptVersion?: Hex | null
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
  /** By which its receipts are encoded. */
  readonly rules: ReceiptRules
}

export function quantity(value: number): Hex {
  return `0x${value.toString(16)}`
}

export function timeMsOf({ timestamp }: RpcHeader): number {
  return Number(timestamp) * 1000
}

/**
 * Reads a block and all its receipts in two requests, however many transactions it has.
 *
 * @throws NodeSilent when the node does not have it yet, or does not have all that is in it, or changed its mind between the
 * two answers
 */
export async function readBlock(rpc: Rpc, number: number, rules: ReceiptRules): Promise<Block> {
  const [header, receipts] = await Promise.all([
    rpc<RpcHeader | null>('eth_getBlockByNumber', [quantity(number), false]),
    rpc<RpcReceipt[] | null>('eth_getBlockReceipts', [quantity(number)]),
  ])
  if (header === null) throw new NodeSilent(`the node does not have block ${number} yet`)
  return {
    number,
    hash: header.hash,
    parentHash: header.parentHash,
    timeMs: timeMsOf(header),
    baseFeePerGas: BigInt(header.baseFeePerGas ?? '0x0'),
    header,
    receipts: wholeOf(header, receipts, rules),
    rules,
  }
}

/**
 * The receipts of a block of which the header is known.
 *
 * @throws NodeSilent as `readBlock`
 */
export async function readReceipts(rpc: Rpc, header: RpcHeader, rules: ReceiptRules): Promise<readonly RpcReceipt[]> {
  return wholeOf(header, await rpc<RpcReceipt[] | null>('eth_getBlockReceipts', [header.number]), rules)
}

/** A node that is behind itself answers with fewer receipts or without logs, and says so as if that were all. */
function wholeOf(header: RpcHeader, receipts: RpcReceipt[] | null, rules: ReceiptRules): readonly RpcReceipt[] {
  const block = `block ${Number(header.number)}`
  if (receipts === null) throw new NodeSilent(`the node does not have the receipts of ${block} yet`)
  const { hash, transactions } = header
  const whole =
    receipts.length === transactions.length &&
    receipts.every(
      ({ blockHash, transactionHash, transactionIndex }, index) =>
        blockHash === hash && transactionHash === transactions[index] && Number(transactionIndex) === index,
    )
  if (!whole) throw new NodeSilent(`the node's receipts of ${block} are not those of ${hash}`)
  if (rules === 'unproven' || bloomOf(receipts) === header.logsBloom) return placed(header, receipts)
  throw new NodeSilent(`the logs in the node's receipts of ${block} are not those of its bloom: it lags, or lies`)
}

/** Where a log is, is under no root, and follows from what is: nodes have been seen to count wrongly. */
function placed({ number, hash }: RpcHeader, receipts: readonly RpcReceipt[]): readonly RpcReceipt[] {
  let next = 0
  for (const { logs, transactionHash } of receipts) {
    for (const log of logs) {
      Object.assign(log, { blockNumber: number, blockHash: hash, transactionHash, logIndex: quantity(next) })
      next += 1
    }
  }
  return receipts
}
/** Of a transaction that is in the block; undefined for others. */
export function receiptIn({ receipts }: Pick<Block, 'receipts'>, txHash: Hex): RpcReceipt | undefined {
  const known = byTransaction.get(receipts) ?? new Map(receipts.map(receipt => [receipt.transactionHash, receipt]))
  byTransaction.set(receipts, known)
  return known.get(txHash)
}

/** Each of a block's transactions is asked for when the block is final. */
const byTransaction = new WeakMap<readonly RpcReceipt[], ReadonlyMap<Hex, RpcReceipt>>()
