import { RLP } from '@ethereumjs/rlp'
import { fromHex, type Hex, keccak256, toHex } from '../protocol/hash.ts'

/** A fee-market transaction (EIP-1559): all that is signed. Amounts are in wei. */
export interface Transaction {
  readonly chainId: number
  readonly nonce: number
  readonly to: Hex
  readonly data: Hex
  readonly value: bigint
  readonly gasLimit: bigint
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
}

const TYPE = Buffer.from([0x02])

/** The bytes whose hash is signed: https://eips.ethereum.org/EIPS/eip-1559. */
export function transactionPayload(transaction: Transaction): Buffer {
  return envelope(fieldsOf(transaction))
}

/** What a signer signs. */
export function transactionDigest(transaction: Transaction): Hex {
  return keccak256(transactionPayload(transaction))
}

/** The bytes that a node takes, and the hash under which they will be known. */
export function assembleTransaction(transaction: Transaction, signature: Hex): { raw: Hex; txHash: Hex } {
  const bytes = fromHex(signature)
  const yParity = bytes[64]! - 27
  // RLP has no leading zeros in integers, and one signature in 128 has them.
  const scalars = [yParity, BigInt(toHex(bytes.subarray(0, 32))), BigInt(toHex(bytes.subarray(32, 64)))]
  const raw = envelope([...fieldsOf(transaction), ...scalars])
  return { raw: toHex(raw), txHash: keccak256(raw) }
}

type Item = number | bigint | Uint8Array | []

function fieldsOf(transaction: Transaction): Item[] {
  const { chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, to, value, data } = transaction
  const accessList: [] = []
  return [chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, fromHex(to), value, fromHex(data), accessList]
}

function envelope(items: Item[]): Buffer {
  return Buffer.concat([TYPE, RLP.encode(items)])
}
