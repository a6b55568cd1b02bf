import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { type AnchoredBatch, type AnchoredItem, BatchState, BatchTaken } from '../protocol/anchoring.ts'
import { EntenteError } from '../protocol/errors.ts'
import { toHex } from '../protocol/hash.ts'
import { openRange } from '../protocol/merkle-range.ts'
import { subjects } from '../protocol/subjects.ts'
import { insist, type Patience } from './chain-intent.ts'

const ASK_AGAIN_MS = 200

export type Batch = {
  readonly tenant: string
  readonly businessId: string
  /** 32 bytes each, side by side; at most 8,192 items. */
  readonly items: Uint8Array
}

/**
 * Hands items to the gateway to be anchored, again and again until one has stored them: the same items under the same key
 * are the same batch.
 *
 * @throws EntenteError as the gateway refused them, or CHAIN_SLOW when none answered in time
 */
export async function submitItems(
  nc: NatsConnection,
  { tenant, businessId, items }: Batch,
  patience: Patience = { timeoutMs: 30_000 },
): Promise<BatchTaken> {
  const batch = { businessId, items: toHex(items) }
  return BatchTaken.parse(await insist(nc, subjects.chainAnchor(tenant), batch, patience))
}

/**
 * Waits until the items of a batch are anchored; `proofOfItem` then makes the proof of each.
 *
 * @throws EntenteError NOT_FOUND, CHAIN_SLOW; INTERNAL when what the gateway says does not lead to its root
 */
export async function awaitAnchored(nc: NatsConnection, batch: Batch, patience: Patience): Promise<AnchoredBatch> {
  const { tenant, businessId, items } = batch
  const endMs = performance.now() + patience.timeoutMs
  for (;;) {
    const left = { ...patience, timeoutMs: Math.max(1, endMs - performance.now()) }
    const found = BatchState.parse(await insist(nc, subjects.chainAnchored(tenant), { businessId }, left))
    if (found.state === 'anchored') {
      if (openRange(found, items)?.root === found.root) return found
      throw new EntenteError('INTERNAL', `the items of ${businessId} do not lead to the root ${found.root}`)
    }
    if (performance.now() > endMs) throw new EntenteError('CHAIN_SLOW', `${businessId} is ${found.state}`)
    await sleep(ASK_AGAIN_MS, undefined, patience.signal && { signal: patience.signal })
  }
}

/** The proof of each item of a batch, by its place in it. */
export function proofsOf(batch: AnchoredBatch, items: Uint8Array): (item: number) => AnchoredItem {
  const { root, size, first, contract } = batch
  const range = openRange(batch, items)
  const { txHash: _, ...anchor } = batch.anchor
  return item => ({
    item: toHex(items.subarray(item * 32, item * 32 + 32)),
    ...{ index: first + item, size, root, contract, anchor },
    path: range!.pathOf(item),
  })
}
