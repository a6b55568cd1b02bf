import type { Subscription } from '@nats-io/nats-core'
import { LRUCache } from 'lru-cache'
import { BatchKey, ItemBatch } from '../../protocol/anchoring.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import { anchorTree } from './anchor-tree.ts'
import { gatherItems } from './gather.ts'
import type { Ground } from './ground.ts'
import { openStates } from './state-of-batch.ts'
import { takeBatch } from './take-batch.ts'
import { openTrees, type StoredTree } from './trees.ts'

const PLACES_KEPT = 16_384

export interface Anchoring {
  readonly doors: readonly Subscription[]
  /** Ends with the pipeline's signal. */
  readonly done: Promise<unknown>
}

/** The lane of those who want hashes anchored, and no call of their own: many items, one root, one message to the chain. */
export function startAnchoring(given: Omit<Ground, 'places'>): Anchoring {
  const ground: Ground = { ...given, places: new LRUCache({ max: PLACES_KEPT }) }
  const { nc, pipeline } = ground
  const { log, leases, signers, signal } = pipeline
  const trees = openTrees(ground)
  const stateOf = openStates(ground, trees)
  const isMine = () => leases.holds(signers.relayer)
  const underWay = new Map<number, Promise<void>>()
  const anchor = (tree: StoredTree) => {
    if (underWay.has(tree.seq)) return
    // One that is given up because the gateway stops is not anchored, and counts as waiting to the end.
    const done = anchorTree(ground, tree).then(() => void (signal.aborted || underWay.delete(tree.seq)))
    underWay.set(tree.seq, done)
  }
  const oldest = () => underWay.keys().reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)

  const door = { queue: 'gateway', log }
  const doors = [
    serve(nc, { ...door, subject: subjects.chainAnchor('*'), schema: ItemBatch }, (batch, subject) =>
      takeBatch(ground, tenantOf(subject), batch),
    ),
    serve(nc, { ...door, subject: subjects.chainAnchored('*'), schema: BatchKey }, (key, subject) =>
      stateOf(tenantOf(subject), key),
    ),
  ]
  const gathering = gatherItems(ground, trees, isMine, { anchor, oldest })
  return { doors, done: gathering.then(() => Promise.all(underWay.values())) }
}

function tenantOf(subject: string): string {
  return subject.split('.').at(-1)!
}
