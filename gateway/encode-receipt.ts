import { RLP } from '@ethereumjs/rlp'
import { fromHex, type Hex } from '../protocol/hash.ts'
import type { ReceiptRules } from '../stack/chain-profile.ts'
import type { RpcReceipt } from './block.ts'

/** Rules by which receipts are under a root at all. */
export type ProvenRules = Exclude<ReceiptRules, 'unproven'>

const DEPOSIT = 0x7e

/** Legacy ones, and those of EIP-2930, 1559, 4844 and 7702. */
const ethereum = [0x00, 0x01, 0x02, 0x03, 0x04]

/**
 * The types of transactions that a chain of each kind has: OP stack's deposits
 * (https://specs.optimism.io/protocol/deposits.html), and Arbitrum's own from deposit to internal (Nitro's go-ethereum,
 * core/types/transaction.go), of which 0x67 is none.
 */
const types: Readonly<Record<ProvenRules, ReadonlySet<number>>> = {
  ethereum: new Set(ethereum),
  'op-stack': new Set([...ethereum, DEPOSIT]),
  arbitrum: new Set([...ethereum, 0x64, 0x65, 0x66, 0x68, 0x69, 0x6a]),
}

/** Types of receipts that chains of these rules do not have, in the order in which they come. */
export function unknownTypes(receipts: readonly Pick<RpcReceipt, 'type'>[], rules: ProvenRules): Hex[] {
  const found = receipts.map(({ type }) => type).filter(type => !types[rules].has(Number(type)))
  return [...new Set(found)]
}

/** Rules whose chains have transactions of all these types. */
export function rulesWith(given: readonly Hex[]): ProvenRules[] {
  const all = Object.keys(types) as ProvenRules[]
  return all.filter(rules => given.every(type => types[rules].has(Number(type))))
}

/**
 * A receipt as it is in the trie: EIP-2718's type byte, none for legacy ones, then the payload. A type that the rules do not
 * have is encoded in the same way: the root decides.
 */
export function encodeReceipt(receipt: RpcReceipt, rules: ProvenRules): Uint8Array {
  const logs = receipt.logs.map(log => [fromHex(log.address), log.topics.map(fromHex), fromHex(log.data)])
  const type = Number(receipt.type)
  const payload = RLP.encode([
    BigInt(receipt.status),
    BigInt(receipt.cumulativeGasUsed),
    fromHex(receipt.logsBloom),
    logs,
    ...(rules === 'op-stack' && type === DEPOSIT ? depositFields(receipt) : []),
  ])
  return type === 0 ? payload : Buffer.concat([Buffer.from([type]), payload])
}

/**
 * From Canyon on, when deposits' receipts got a version, nonce and version are part of what is hashed. Before it, from
 * Regolith on, receipts had the nonce, and the root left it out.
 */
function depositFields({ depositNonce, depositReceiptVersion }: RpcReceipt): bigint[] {
  if (depositReceiptVersion === undefined || depositReceiptVersion === null) return []
  return [BigInt(depositNonce ?? '0x0'), BigInt(depositReceiptVersion)]
}
