import { contentHash } from '../../protocol/canonical.ts'
import type { RpcHeader, RpcLog, RpcReceipt } from '../block.ts'

/** What must be the same when two nodes are asked for a block: null when one does not have it. */
export function keyOfHeader(header: RpcHeader | null): string | null {
  return header === null ? null : `${header.hash} ${header.receiptsRoot} ${header.logsBloom}`
}

/** The same where the hash is not known to cover what is in the header: all that is acted on. */
export function keyOfUnprovenHeader(header: RpcHeader | null): string | null {
  return header === null ? null : keyOf(() => contentsOf(header))
}

/** What must be the same in two nodes' receipts of a block, however each writes it: null when one does not have them. */
export function keyOfReceipts(receipts: readonly RpcReceipt[] | null): string | null {
  return receipts === null ? null : keyOf(() => receipts.map(receiptOf))
}

/** An answer that is of another form is no vote. */
function keyOf(contents: () => unknown): string | null {
  try {
    return contentHash(contents())
  } catch {
    return null
  }
}

function contentsOf({ hash, parentHash, number, timestamp, baseFeePerGas, transactions }: RpcHeader) {
  return [hash, parentHash, number, timestamp, baseFeePerGas ?? null, transactions]
}

function receiptOf(receipt: RpcReceipt) {
  const { blockHash, transactionHash, from, logs } = receipt
  const { transactionIndex, type, status, gasUsed, cumulativeGasUsed } = receipt
  return [
    ...[blockHash, transactionHash, from].map(hex => hex.toLowerCase()),
    ...[transactionIndex, type, status, gasUsed, cumulativeGasUsed].map(quantity => BigInt(quantity).toString()),
    logs.map(logOf),
  ]
}

function logOf({ address, topics, data, blockHash, transactionHash, logIndex }: RpcLog) {
  return [...[address, data, blockHash, transactionHash, ...topics].map(hex => hex.toLowerCase()), Number(logIndex)]
}
