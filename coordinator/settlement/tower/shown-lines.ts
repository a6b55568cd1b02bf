import { z } from 'zod'
import { ABIS } from '../../../contracts/abis.ts'
import { decodeCallData } from '../../../contracts/bindings.ts'
import type { Earning, PaymentLine, PenaltyLine, TaskLine } from '../../../protocol/batch.ts'
import * as lines from '../../../protocol/batch-json.ts'
import { Amount, Bytes32 } from '../../../protocol/ids.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import type { ChainReader } from '../chain-reader.ts'
import type { OpenedNumber } from '../open-lines.ts'
import { type Place, type PostedBatch, placeKey } from '../posted-batches.ts'

/** What was shown at a place: a line, or a number with its path. */
export type Shown = TaskLine | PaymentLine | PenaltyLine | Earning | OpenedNumber

export type ShownLines = ReadonlyMap<string, Shown>

const Numbered = z.object({ value: Amount.transform(BigInt), path: z.array(Bytes32) })

/** Which argument of `Demands` shows what stands at a place, and what it is. */
const shows = {
  Tasks: { call: 'showTask', argument: 2, schema: lines.TaskLine },
  Payments: { call: 'showPayment', argument: 2, schema: lines.PaymentLine },
  Penalties: { call: 'showPenalty', argument: 2, schema: lines.PenaltyLine },
  Earnings: { call: 'showEarning', argument: 3, schema: lines.Earning },
  Coalitions: { call: 'showCoalition', argument: 4, schema: Numbered },
  Traces: { call: 'showTrace', argument: 5, schema: Numbered },
} as const

/**
 * Reads what was shown on demand out of the transactions that showed it; the contract has checked it. What was shown
 * through another contract is not in its transaction's own call, and left out.
 */
export async function readShown({ provider }: ChainReader, { shown }: PostedBatch): Promise<ShownLines> {
  const found = new Map<string, Shown>()
  await Promise.all(
    [...shown.values()].map(async ({ place, txHash }) => {
      const transaction = await provider.getTransaction(txHash)
      const line = transaction && shownIn(transaction.data, place)
      if (line) found.set(placeKey(place), line)
    }),
  )
  return found
}

function shownIn(data: string, { tree }: Place): Shown | null {
  const { call, argument, schema } = shows[tree]
  const decoded = decodeCallData(ABIS.Demands, data)
  if (decoded?.name !== call) return null
  const opened = lowerCased(lines.withoutBigints(decoded.args[argument])) as { line?: unknown }
  return schema.safeParse(opened.line ?? opened).data ?? null
}

/** All strings of a line are hexadecimal; addresses come with a checksum in their case. */
function lowerCased(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase()
  if (Array.isArray(value)) return value.map(lowerCased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, lowerCased(each)]))
}

/** The places of a batch whose lines nobody has seen, as far as what was shown tells: those of coalitions come last. */
export function* unseenPlaces({ batch }: PostedBatch, shown: ShownLines): Generator<Place> {
  const counts = [
    ['Tasks', batch.taskCount],
    ['Payments', batch.paymentCount],
    ['Penalties', batch.penaltyCount],
    ['Earnings', batch.earningCount],
  ] as const
  for (const [tree, count] of counts) {
    for (let index = 0n; index < count; index++) {
      const place = { tree, index, sub: 0n }
      if (!shown.has(placeKey(place))) yield place
    }
  }
  for (let index = 0n; index < batch.taskCount; index++) {
    for (let sub = 0n; sub < coalitionsAt(shown, index); sub++) {
      const place = { tree: 'Coalitions', index, sub } as const
      if (!shown.has(placeKey(place))) yield place
    }
  }
}

function coalitionsAt(shown: ShownLines, index: bigint): bigint {
  const line = shown.get(placeKey({ tree: 'Tasks', index, sub: 0n })) as TaskLine | undefined
  const players = line ? line.endPayment - line.firstPayment : -1n
  return players < 0n || players > 16n ? 0n : 2n ** players
}

/** The ledger of a batch of which every line was shown; null as long as one is missing. */
export function ledgerOfShown(posted: PostedBatch, shown: ShownLines): Ledger | null {
  if (!unseenPlaces(posted, shown).next().done) return null
  const { batch } = posted
  const all = <Line>(tree: Place['tree'], count: bigint) =>
    Array.from(
      { length: Number(count) },
      (_, index) => shown.get(placeKey({ tree, index: BigInt(index), sub: 0n })) as Line,
    )
  const values = Array.from({ length: Number(batch.taskCount) }, (_, task) =>
    Array.from({ length: Number(coalitionsAt(shown, BigInt(task))) }, (_, mask) => {
      const place = { tree: 'Coalitions', index: BigInt(task), sub: BigInt(mask) } as const
      return (shown.get(placeKey(place)) as OpenedNumber).value
    }),
  )
  return {
    tasks: all<TaskLine>('Tasks', batch.taskCount),
    payments: all<PaymentLine>('Payments', batch.paymentCount),
    penalties: all<PenaltyLine>('Penalties', batch.penaltyCount),
    earnings: all<Earning>('Earnings', batch.earningCount),
    values,
  }
}
