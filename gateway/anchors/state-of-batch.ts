import { LRUCache } from 'lru-cache'
import { type BatchKey, type BatchState, batchIdOf } from '../../protocol/anchoring.ts'
import type { AnchorProof } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { readRecords } from '../../stack/chain-records.ts'
import type { Ground, Place } from './ground.ts'
import { messageOf, type Trees } from './trees.ts'

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
  const proofOf = openProofs(ground)
  return async (tenant, { businessId }) => {
    const batch = await placeOf(ground, batchIdOf(tenant, businessId))
    if (batch === null) throw new EntenteError('NOT_FOUND', `${tenant} has submitted no items as ${businessId}`)
    const tree = await trees.holding(batch.seq)
    if (tree === null) return { state: 'gathered' }
    const messageId = messageOf(tree)
    const anchor = await proofOf(messageId)
    if (anchor === null) return { state: 'sent', messageId }
    const { tree: planted, firsts } = await trees.grown(tree)
    const first = firsts.get(batch.seq)!
    const besides = planted.besides(first, batch.items)
    const contract = ground.pipeline.contracts.addresses().Anchors.toLowerCase() as Address
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

/** The proof that a root is on chain, once it is. */
function openProofs({ jsm }: Ground): (messageId: Hex) => Promise<AnchorProof | null> {
  const kept = new LRUCache<Hex, Promise<AnchorProof | null>>({ max: KEPT })
  async function read(messageId: Hex): Promise<AnchorProof | null> {
    const records = await readRecords(jsm, messageId)
    return records.find(({ record }) => record.state === 'FINAL')?.record.proof ?? null
  }
  return messageId => {
    const known = kept.get(messageId)
    if (known !== undefined) return known
    const reading = read(messageId)
    kept.set(messageId, reading, { ttl: NEWS_MS })
    void reading.then(
      proof => proof !== null && kept.set(messageId, reading, { ttl: 0 }),
      () => kept.delete(messageId),
    )
    return reading
  }
}
