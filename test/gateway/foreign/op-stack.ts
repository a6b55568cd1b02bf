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
 *
 * @param isDeposit which of anvil's own transactions are shown as deposits too
 */
export function opStackWith(isDeposit: (receipt: RpcReceipt) => boolean): Shape {
  return async ({ header, receipts }, parentHash) => {
    const number = Number(header.number)
    const first = depositOf(number)
    const later = receipts.map((receipt, index) => ({
      ...receipt,
      ...(isDeposit(receipt) && asDeposit(index)),
      transactionIndex: quantity(index + 1),
      cumulativeGasUsed: quantity(Number(receipt.cumulativeGasUsed) + GAS),
    }))
    const own = {
      ...header,
      parentHash,
      receiptsRoot: await rootOf([first, ...later]),
      transactions: [first.transactionHash, ...header.transactions],
    }
    const blockHash = keccak256(encodeHeader(own))
    const within = (receipt: RpcReceipt) => ({
      ...receipt,
      blockHash,
      logs: receipt.logs.map(log => ({ ...log, blockHash })),
    })
    return { header: { ...own, hash: blockHash }, receipts: [first, ...later].map(within) }
  }
}

export const opStack = opStackWith(() => false)

function asDeposit(nonce: number) {
  return { type: '0x7e', depositNonce: quantity(nonce), depositReceiptVersion: '0x1' } as const
}

function depositOf(number: number): RpcReceipt {
  return {
    from: '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0001',
    ...asDeposit(number),
    status: '0x1',
    cumulativeGasUsed: quantity(GAS),
    gasUsed: quantity(GAS),
    logsBloom: `0x${'00'.repeat(256)}`,
    logs: [],
    transactionHash: keccak256(Buffer.from(`the deposit of block ${number}`)),
    transactionIndex: '0x0',
    blockNumber: quantity(number),
    blockHash: '0x',
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
