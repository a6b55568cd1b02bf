import { fromHex, type Hex, keccak256 } from '../../../protocol/hash.ts'
import type { Shape } from './shape.ts'

const ZERO: Hex = `0x${'00'.repeat(32)}`
const NO_BLOOM: Hex = `0x${'00'.repeat(256)}`

/** As ZKsync Era has it: no receipts root, no bloom, a type of its own, and hashes that are not those of the header. */
export const unproven: Shape = async ({ header, receipts }, parentHash) => {
  const hash = keccak256(Buffer.concat([fromHex(parentHash), fromHex(header.hash)]))
  return {
    header: { ...header, hash, parentHash, receiptsRoot: ZERO, logsBloom: NO_BLOOM },
    receipts: receipts.map(receipt => ({
      ...receipt,
      type: '0x71',
      logsBloom: NO_BLOOM,
      blockHash: hash,
      logs: receipt.logs.map(log => ({ ...log, blockHash: hash })),
    })),
  }
}
