import { fromHex, type Hex, keccak256, toHex } from '../../protocol/hash.ts'
import type { RpcLog, RpcReceipt } from '../block.ts'

/** What became of one call: made, refused by the contract, or not made for want of gas. */
export interface CallOutcome {
  readonly fate: 'done' | 'failed' | 'skipped'
  readonly gasUsed: bigint
  /** What it reverted with, cut off at 512 bytes; empty when it did not. */
  readonly reason: Hex
}

/** In a receipt: with the logs that are the call's own, by their place among the receipt's. */
export type MinedOutcome = CallOutcome & { readonly logs: { readonly first: number; readonly count: number } }

const MEASURED = keccak256(Buffer.from('BatchExecutorMeasured((uint8,uint64,bytes)[])')).slice(0, 10)
const fates = ['skipped', 'done', 'failed'] as const
const fateByTopic = new Map([
  [keccak256(Buffer.from('CallDone(bytes8,uint64)')), 'done'],
  [keccak256(Buffer.from('CallFailed(bytes8,uint64,bytes)')), 'failed'],
  [keccak256(Buffer.from('CallSkipped(bytes8)')), 'skipped'],
] as const)

/** The outcomes in what `measure` reverted with, in the order of the calls; null for anything else. */
export function readMeasured(data: string): CallOutcome[] | null {
  if (!data.startsWith(MEASURED)) return null
  const bytes = fromHex(data).subarray(4)
  const list = bytes.subarray(numberAt(bytes, 0))
  const items = list.subarray(32)
  return Array.from({ length: numberAt(list, 0) }, (_, index) => {
    const item = items.subarray(numberAt(items, index))
    const reason = item.subarray(numberAt(item, 2))
    return {
      fate: fates[numberAt(item, 0)]!,
      gasUsed: BigInt(numberAt(item, 1)),
      reason: toHex(reason.subarray(32, 32 + numberAt(reason, 0))),
    }
  })
}

/**
 * What became of each call of a batch, by the id of the call. Each logs what it logs, and the account itself says after it
 * what became of it; nobody else can log as the account.
 */
export function readOutcomes({ logs, from }: Pick<RpcReceipt, 'logs' | 'from'>): Map<Hex, MinedOutcome> {
  const outcomes = new Map<Hex, MinedOutcome>()
  let first = 0
  for (const [index, log] of logs.entries()) {
    const outcome = log.address.toLowerCase() === from.toLowerCase() ? readOutcome(log) : null
    if (outcome === null) continue
    outcomes.set(outcome.id, { ...outcome, logs: { first, count: index - first } })
    first = index + 1
  }
  return outcomes
}

function readOutcome({ topics, data }: RpcLog): (CallOutcome & { id: Hex }) | null {
  const fate = fateByTopic.get(topics[0]!)
  if (fate === undefined) return null
  const bytes = fromHex(data)
  const reason = fate === 'failed' ? bytes.subarray(4 * 32, 4 * 32 + numberAt(bytes, 3)) : Buffer.alloc(0)
  const gasUsed = fate === 'skipped' ? 0n : BigInt(numberAt(bytes, 1))
  return { id: toHex(bytes.subarray(0, 8)), fate, gasUsed, reason: toHex(reason) }
}

/** A word that is known to be small. */
function numberAt(bytes: Buffer, word: number): number {
  return Number(bytes.readBigUInt64BE(word * 32 + 24))
}
