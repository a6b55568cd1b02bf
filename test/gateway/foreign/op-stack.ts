import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import type { RpcReceipt } from '../../../gateway/block.ts'
import { encodeHeader } from '../../../gateway/encode-block.ts'
import { fromHex, type Hex, keccak256, toHex } from '../../../protocol/hash.ts'
import type { Shape } from './shape.ts'

const GAS = 46_913
const quantity = (value: number): Hex => `0x${value.toString(16)}`

/**
 * An OP stack since Canyon: each block begins with the deposit of the attributes of L1, whose receipt has a nonce and a
 * version. Its root is computed here, not by the gateway.
 */
export const opStack: Shape = async ({ header, receipts }, parentHash) => {
  const number = Number(header.number)
  const deposit = depositOf(number)
  const later = receipts.map(receipt => ({
    ...receipt,
    transactionIndex: quantity(Number(receipt.transactionIndex) + 1),
    cumulativeGasUsed: quantity(Number(receipt.cumulativeGasUsed) + GAS),
  }))
  const own = {
    ...header,
    parentHash,
    receiptsRoot: await rootOf([deposit, ...later]),
    transactions: [deposit.transactionHash, ...header.transactions],
  }
  const blockHash = keccak256(encodeHeader(own))
  const within = (receipt: RpcReceipt) => ({
    ...receipt,
    blockHash,
    logs: receipt.logs.map(log => ({ ...log, blockHash })),
  })
  return { header: { ...own, hash: blockHash }, receipts: [deposit, ...later].map(within) }
}

function depositOf(number: number): RpcReceipt {
  return {
    from: '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0001',
    type: '0x7e',
    status: '0x1',
    cumulativeGasUsed: quantity(GAS),
    gasUsed: quantity(GAS),
    logsBloom: `0x${'00'.repeat(256)}`,
    logs: [],
    transactionHash: keccak256(Buffer.from(`the deposit of block ${number}`)),
    transactionIndex: '0x0',
    blockNumber: quantity(number),
    blockHash: '0x',
    depositNonce: quantity(number),
    depositReceiptVersion: '0x1',
  }
}

/** As https://specs.optimism.io/protocol/deposits.html has it. */
async function rootOf(receipts: readonly RpcReceipt[]): Promise<Hex> {
  const trie = await createMPT()
  for (const [index, receipt] of receipts.entries()) {
    const { type, status, cumulativeGasUsed, logsBloom, logs, depositNonce } = receipt
    const payload = RLP.encode([
      BigInt(status),
      BigInt(cumulativeGasUsed),
      fromHex(logsBloom),
      logs.map(({ address, topics, data }) => [fromHex(address), topics.map(fromHex), fromHex(data)]),
      ...(depositNonce ? [BigInt(depositNonce), 1n] : []),
    ])
    await trie.put(RLP.encode(index), type === '0x0' ? payload : Uint8Array.of(Number(type), ...payload))
  }
  return toHex(trie.root())
}
