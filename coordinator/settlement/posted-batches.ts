import { z } from 'zod'
import type { Batch, Rule } from '../../protocol/batch.ts'
import { BatchHeader, number } from '../../protocol/batch-json.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Hex } from '../../protocol/hash.ts'
import { Address } from '../../protocol/ids.ts'

/** The trees of lines, in the order of the contracts' enum. */
export const trees = ['Tasks', 'Payments', 'Penalties', 'Earnings', 'Coalitions', 'Traces'] as const
export type Tree = (typeof trees)[number]

/** Where a line is: `index` in its tree, and `sub` for a coalition's mask or a trace's step (IDemands.Place). */
export interface Place {
  readonly tree: Tree
  readonly index: bigint
  readonly sub: bigint
}

const PlaceArgs = z
  .object({ tree: z.string(), index: number, sub: number })
  .transform(({ tree, index, sub }): Place => ({ tree: trees[Number(tree)]!, index, sub }))

/** The rules in the order of the contracts' enum. */
const rules: readonly Rule[] = [
  ...(['OrderInvalid', 'BudgetExceeded', 'SumWrong', 'SplitWrong', 'SettledTwice', 'ReceiptInvalid'] as const),
  ...(['ContributionWrong', 'EarningsWrong', 'PenaltyUnproven', 'LineWithheld'] as const),
]

export interface Demand {
  readonly place: Place
  readonly demander: Address
  /** Unix time in seconds until which the line can be shown. */
  readonly dueAt: bigint
}

/** Where in the chain something happened. */
export interface Mined {
  readonly txHash: Hex
  readonly blockNumber: number
}

export interface PostedBatch {
  readonly id: bigint
  readonly batch: Batch
  readonly settler: Address
  /** Unix time in seconds. */
  readonly postedAt: bigint
  readonly posted: Mined
  /** What made it final; null before. */
  readonly final: Mined | null
  readonly status: 'posted' | 'final' | 'condemned' | 'orphaned'
  /** Why it was condemned, and who showed it. */
  readonly condemned: { readonly rule: Rule; readonly challenger: Address } | null
  readonly unwound: boolean
  /** Open ones, by place. */
  readonly demands: ReadonlyMap<string, Demand>
  /** Transactions in which lines were shown on demand, by place. */
  readonly shown: ReadonlyMap<string, { readonly place: Place; readonly txHash: Hex }>
}

export const placeKey = ({ tree, index, sub }: Place) => `${tree}/${index}/${sub}`

/** Every batch that was ever posted, as the confirmed events say. Entries are replaced, never changed. */
export type PostedBatches = Map<bigint, PostedBatch>

/** @returns the id of the batch that the event says something of; null for any other event */
export function foldBatches(batches: PostedBatches, event: ChainEvent): bigint | null {
  const fold = folds[`${event.contract}.${event.event}`]
  if (!fold) return null
  const id = BigInt(String(event.args.id))
  if (event.event === 'BatchPosted') batches.set(id, posted(id, event))
  const before = batches.get(id)
  // None when the events are read from their middle.
  if (!before) return null
  batches.set(id, { ...before, ...fold(before, event) })
  return id
}

function posted(id: bigint, { args, blockTimeMs, txHash, blockNumber }: ChainEvent): PostedBatch {
  return {
    id,
    batch: BatchHeader.parse(args.batch),
    settler: Address.parse(args.settler),
    postedAt: BigInt(blockTimeMs / 1000),
    posted: { txHash, blockNumber },
    final: null,
    status: 'posted',
    condemned: null,
    unwound: false,
    demands: new Map(),
    shown: new Map(),
  }
}

const folds: Readonly<Record<string, (before: PostedBatch, event: ChainEvent) => Partial<PostedBatch>>> = {
  'Batches.BatchPosted': () => ({}),
  'Batches.BatchFinalised': (_, { txHash, blockNumber }) => ({ status: 'final', final: { txHash, blockNumber } }),
  'Batches.BatchCondemned': (_, { args }) => ({
    status: 'condemned',
    condemned: { rule: rules[Number(args.rule)]!, challenger: Address.parse(args.challenger) },
  }),
  'Batches.BatchOrphaned': () => ({ status: 'orphaned' }),
  'Batches.BatchUnwound': () => ({ unwound: true }),
  'Demands.LineDemanded': ({ demands }, { args }) => {
    const place = PlaceArgs.parse(args.place)
    const demand = { place, demander: Address.parse(args.demander), dueAt: BigInt(String(args.dueAt)) }
    return { demands: new Map(demands).set(placeKey(place), demand) }
  },
  'Demands.LineShown': ({ demands, shown }, { args, txHash }) => {
    const place = PlaceArgs.parse(args.place)
    return {
      demands: without(demands, placeKey(place)),
      shown: new Map(shown).set(placeKey(place), { place, txHash }),
    }
  },
  'Demands.DemandExpired': ({ demands }, { args }) => ({ demands: without(demands, keyOf(args)) }),
  'Demands.DemandWithdrawn': ({ demands }, { args }) => ({ demands: without(demands, keyOf(args)) }),
}

const keyOf = (args: ChainEvent['args']) => placeKey(PlaceArgs.parse(args.place))

function without(demands: PostedBatch['demands'], key: string): PostedBatch['demands'] {
  const left = new Map(demands)
  left.delete(key)
  return left
}
