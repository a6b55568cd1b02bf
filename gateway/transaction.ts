import { RLP } from '@ethereumjs/rlp'
import { fromHex, type Hex, keccak256, toHex } from '../protocol/hash.ts'

/** What an account's key signs so that the account runs the code at an address (EIP-7702). */
export interface Delegation {
  readonly chainId: number
  /** Where the code is. */
  readonly address: Hex
  /** The account's own when it takes effect: in a transaction of its own, the one after the transaction's. */
  readonly nonce: number
}

export type SignedDelegation = Delegation & { readonly signature: Hex }

/** A fee-market transaction (EIP-1559), or with a delegation one that sets code (EIP-7702): all that is signed. Amounts are in wei. */
export interface Transaction {
  readonly chainId: number
  readonly nonce: number
  readonly to: Hex
  readonly data: Hex
  readonly value: bigint
  readonly gasLimit: bigint
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
  readonly delegation?: SignedDelegation | undefined
}

const FEE_MARKET = Buffer.from([0x02])
const SET_CODE = Buffer.from([0x04])
/** What a delegation's hash begins with, so that it is never that of a transaction. */
const DELEGATION = Buffer.from([0x05])

/** Whether a transaction delegates an account. */
export function isDelegating(raw: string): boolean {
  return raw.startsWith('0x04')
}

/** What the key of an account signs to delegate it. */
export function delegationDigest({ chainId, address, nonce }: Delegation): Hex {
  return keccak256(Buffer.concat([DELEGATION, RLP.encode([chainId, fromHex(address), nonce])]))
}

/** The bytes whose hash is signed: https://eips.ethereum.org/EIPS/eip-1559. */
export function transactionPayload(transaction: Transaction): Buffer {
  return envelope(transaction, fieldsOf(transaction))
}

/** What a signer signs. */
export function transactionDigest(transaction: Transaction): Hex {
  return keccak256(transactionPayload(transaction))
}

/** The bytes that a node takes, and the hash under which they will be known. */
export function assembleTransaction(transaction: Transaction, signature: Hex): { raw: Hex; txHash: Hex } {
  const raw = envelope(transaction, [...fieldsOf(transaction), ...scalarsOf(signature)])
  return { raw: toHex(raw), txHash: keccak256(raw) }
}

type Item = number | bigint | Uint8Array | Item[]

function scalarsOf(signature: Hex): Item[] {
  const bytes = fromHex(signature)
  // RLP has no leading zeros in integers, and one signature in 128 has them.
  return [bytes[64]! - 27, BigInt(toHex(bytes.subarray(0, 32))), BigInt(toHex(bytes.subarray(32, 64)))]
}

function fieldsOf(transaction: Transaction): Item[] {
  const { chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, to, value, data, delegation } = transaction
  const accessList: [] = []
  const fees = [chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit]
  const call = [fromHex(to), value, fromHex(data), accessList]
  if (delegation === undefined) return [...fees, ...call]
  const signed = [delegation.chainId, fromHex(delegation.address), delegation.nonce, ...scalarsOf(delegation.signature)]
  return [...fees, ...call, [signed]]
}

function envelope({ delegation }: Transaction, items: Item[]): Buffer {
  return Buffer.concat([delegation === undefined ? FEE_MARKET : SET_CODE, RLP.encode(items)])
}
