import { RLP } from '@ethereumjs/rlp'
import { fromHex, type Hex } from '../protocol/hash.ts'
import type { RpcHeader, RpcReceipt } from './block.ts'

/**
 * A header as it is hashed: the fields of the Yellow Paper in order, then those of London, Shanghai, Cancun and Prague,
 * as far as the block has them (EIP-1559, 4895, 4844, 4788, 7685).
 */
export function encodeHeader(header: RpcHeader): Uint8Array {
  const later = [
    header.baseFeePerGas && integer(header.baseFeePerGas),
    header.withdrawalsRoot && fromHex(header.withdrawalsRoot),
    header.blobGasUsed && integer(header.blobGasUsed),
    header.excessBlobGas && integer(header.excessBlobGas),
    header.parentBeaconBlockRoot && fromHex(header.parentBeaconBlockRoot),
    header.requestsHash && fromHex(header.requestsHash),
  ]
  return RLP.encode([
    fromHex(header.parentHash),
    fromHex(header.sha3Uncles),
    fromHex(header.miner),
    fromHex(header.stateRoot),
    fromHex(header.transactionsRoot),
    fromHex(header.receiptsRoot),
    fromHex(header.logsBloom),
    integer(header.difficulty),
    integer(header.number),
    integer(header.gasLimit),
    integer(header.gasUsed),
    integer(header.timestamp),
    fromHex(header.extraData),
    fromHex(header.mixHash),
    fromHex(header.nonce),
    ...later.filter(field => field !== undefined),
  ])
}

/** A receipt as it is in the trie: EIP-2718's type byte, none for legacy ones, then the payload. */
export function encodeReceipt(receipt: RpcReceipt): Uint8Array {
  const logs = receipt.logs.map(log => [fromHex(log.address), log.topics.map(fromHex), fromHex(log.data)])
  const payload = RLP.encode([
    integer(receipt.status),
    integer(receipt.cumulativeGasUsed),
    fromHex(receipt.logsBloom),
    logs,
  ])
  const type = Number(receipt.type)
  return type === 0 ? payload : Buffer.concat([Buffer.from([type]), payload])
}

/** RLP has no leading zeros in integers. */
function integer(hex: Hex): bigint {
  return BigInt(hex)
}
