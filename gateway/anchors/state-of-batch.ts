import { LRUCache } from 'lru-cache'
import { type BatchKey, type BatchState, batchIdOf } from '../../protocol/anchoring.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { findAttempt, type RootAttempt } from './find-attempt.ts'
import type { Ground, Place } from './ground.ts'
import type { StoredTree, Trees } from './trees.ts'

/** All who wait for one root ask the log together. */
const NEWS_MS = 100
const KEPT = 64

export type StateOfBatch = (tenant: string, key: BatchKey) => Promise<BatchState>

/**
 * What became of a batch; once it is anchored, with all that its items' proofs are made of.
 *
 * @throws EntenteError NOT_FOUND
 */
export function openStates(ground: Ground, trees: Trees): StateOfBatch {
  const attemptOf = openAttempts(ground)
  return async (tenant, { businessId }) => {
    const batch = await placeOf(ground, batchIdOf(tenant, businessId))
    if (batch === null) throw new EntenteError('NOT_FOUND', `${tenant} has submitted no items as ${businessId}`)
    const tree = await trees.holding(batch.seq)
    if (tree === null) return { state: 'gathered' }
    const { messageId, anchored } = await attemptOf(tree)
    if (anchored === null) return { state: 'sent', messageId }
    const { tree: planted, firsts } = await trees.grown(tree)
    const first = firsts.get(batch.seq)!
    const besides = planted.besides(first, batch.items)
    const contract = ground.pipeline.contracts.addresses().Anchors.toLowerCase() as Address
    const anchor = anchored.proof!
    return { state: 'anchored', root: tree.root, size: tree.size, first, besides, messageId, contract, anchor }
  }
}

async function placeOf({ jsm, places }: Ground, batchId: Hex): Promise<Place | null> {
  const known = places.get(batchId)
  if (known !== undefined) return known
  const stored = await jsm.streams.getMessage(streams.anchors, { last_by_subj: subjects.anchorBatch(batchId) })
  if (stored === null) return null
  const place = { seq: stored.seq, items: stored.data.length / 32 }
  places.set(batchId, place)
  return place
}

/** What was sent for a tree's root; what is decided is not asked for again. */
function openAttempts({ jsm }: Ground): (tree: StoredTree) => Promise<RootAttempt> {
  const kept = new LRUCache<number, Promise<RootAttempt>>({ max: KEPT })
  return tree => {
    const known = kept.get(tree.seq)
    if (known !== undefined) return known
    const reading = findAttempt(jsm, tree)
    kept.set(tree.seq, reading, { ttl: NEWS_MS })
    void reading.then(
      ({ anchored }) => anchored !== null && kept.set(tree.seq, reading, { ttl: 0 }),
      () => kept.delete(tree.seq),
    )
    return reading
  }
}
