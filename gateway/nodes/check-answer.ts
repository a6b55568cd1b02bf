import { keccak256 } from '../../protocol/hash.ts'
import type { RpcHeader, RpcReceipt } from '../block.ts'
import { hashTo, whyUnknown } from '../check-receipts.ts'
import { encodeHashed } from '../encode-block.ts'
import type { ProvenRules } from '../encode-receipt.ts'
import { NodeSilent } from '../rpc.ts'
import type { Node } from './node.ts'

/** Whether a header hashes to its hash, as it is or in QBFT's way. Not on every chain: others leave other things out. */
export function hashesToItself(header: RpcHeader): boolean {
  try {
    return keccak256(encodeHashed(header)) === header.hash
  } catch {
    return false
  }
}

/** @returns why a header cannot be true; null when it may be */
export function whyHeaderFalse(header: RpcHeader): string | null {
  return hashesToItself(header) ? null : `its header of block ${Number(header.number)} does not hash to ${header.hash}`
}

/**
 * @returns why a node's receipts of a block cannot be true beside its own header; null when they may be
 * @throws NodeSilent when the node is between two blocks, and nothing can be said; EntenteError RECEIPT_TYPE_UNKNOWN when
 * they are of types that the rules do not have
 */
export async function whyReceiptsFalse(
  { call }: Node,
  number: unknown,
  receipts: readonly RpcReceipt[],
  rules: ProvenRules,
  whyFalse: (header: RpcHeader) => string | null,
): Promise<string | null> {
  const header = await call<RpcHeader | null>('eth_getBlockByNumber', [number, false])
  if (header === null || receipts.some(({ blockHash }) => blockHash !== header.hash)) {
    throw new NodeSilent(`the node's receipts of block ${String(number)} are not those of its header`)
  }
  const why = whyFalse(header)
  if (why !== null) return why
  if (await hashTo(receipts, header, rules)) return null
  const unknown = whyUnknown(receipts, header, rules)
  if (unknown !== null) throw unknown
  return `its receipts of block ${Number(header.number)} do not hash to ${header.receiptsRoot}`
}
