import { RLP } from '@ethereumjs/rlp'
import { fromHex, type Hex, keccak256, toHex } from '../protocol/hash.ts'
import type { RpcHeader } from './block.ts'

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

/**
 * A header as QBFT's block hash has it: without the seals of the validators, and of round 0. In extraData are vanity,
 * validators, vote, round and seals (Besu's `QbftExtraDataCodec`; https://entethalliance.github.io/client-spec/qbft_spec.html).
 *
 * @returns null when extraData is not QBFT's
 */
export function encodeQbftHeader(header: RpcHeader): Uint8Array | null {
  try {
    const fields = RLP.decode(fromHex(header.extraData))
    if (!Array.isArray(fields) || fields.length !== 5 || !Array.isArray(fields[4])) return null
    return encodeHeader({ ...header, extraData: toHex(RLP.encode([...fields.slice(0, 3), 0, []])) })
  } catch {
    return null
  }
}

/** The bytes that hash to the block's hash, in whichever of both ways; as the Yellow Paper has them where neither does. */
export function encodeHashed(header: RpcHeader): Uint8Array {
  const plain = encodeHeader(header)
  if (keccak256(plain) === header.hash) return plain
  const sealed = encodeQbftHeader(header)
  return sealed !== null && keccak256(sealed) === header.hash ? sealed : plain
}

/** RLP has no leading zeros in integers. */
function integer(hex: Hex): bigint {
  return BigInt(hex)
}
