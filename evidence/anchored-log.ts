import { type DecodedLog, decodeLog } from '../contracts/bindings.ts'
import type { ReceiptLog } from './receipt-proof.ts'

/** An event of one of our contracts' kinds, and the address that wrote it, which is for the reader to judge. */
export type AnchoredLog = DecodedLog & { readonly address: string }

/** Null for a log of no contract of ours, also for one that merely begins like one. */
export function readLog(log: ReceiptLog): AnchoredLog | null {
  try {
    const decoded = decodeLog(log)
    return decoded && { ...decoded, address: log.address }
  } catch {
    return null
  }
}
