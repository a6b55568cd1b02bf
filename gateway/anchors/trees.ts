import { LRUCache } from 'lru-cache'
import { ClosedTree } from '../../protocol/anchoring.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { isOvertaken } from '../../stack/publish.ts'
import { readStream } from '../../stack/read-stream.ts'
import type { Ground } from './ground.ts'
import { type GrowingTree, growBy, plantTree } from './growing-tree.ts'

/** 64 bytes an item: six megabytes each, where a full one has 100,000. */
const KEPT = 8

/** A tree as the stream has it, and where. */
export type StoredTree = ClosedTree & { readonly seq: number }

/** Another gateway has closed a tree meanwhile. */
export class TreeConflict extends Error {
  override readonly name = 'TreeConflict'
}

/** The trees in the stream. Which items each has follows from the stream alone, so any gateway can plant it again. */
export interface Trees {
  last(): Promise<StoredTree | null>
  /** The one before it. */
  before(tree: ClosedTree): Promise<StoredTree | null>
  /** The one that a batch is in, by the batch's place; null when it is in none yet. */
  holding(batchSeq: number): Promise<StoredTree | null>
  /** @throws TreeConflict */
  store(tree: ClosedTree, grown: GrowingTree): Promise<StoredTree>
  /** What a tree is made of. */
  grown(tree: ClosedTree): Promise<GrowingTree>
}

export function openTrees({ nc, js, jsm, pipeline }: Ground): Trees {
  const kept = new LRUCache<number, GrowingTree>({ max: KEPT })

  async function read(query: { last_by_subj: string } | { seq: number; next_by_subj: string } | { seq: number }) {
    const message = await jsm.streams.getMessage(streams.anchors, query)
    const tree = message && message.subject === subjects.anchorTree ? parseJson(ClosedTree, message.data) : null
    return tree && { ...tree, seq: message!.seq }
  }

  async function holding(batchSeq: number): Promise<StoredTree | null> {
    for (let seq = batchSeq; ; ) {
      const tree = await read({ seq, next_by_subj: subjects.anchorTree })
      // One that was stored after the batch may have been closed before it.
      if (tree === null || (tree.after < batchSeq && batchSeq <= tree.to)) return tree
      seq = tree.seq + 1
    }
  }

  async function store(tree: ClosedTree, grown: GrowingTree): Promise<StoredTree> {
    try {
      const expect = { lastSubjectSequence: tree.before }
      const { seq } = await js.publish(subjects.anchorTree, JSON.stringify(tree), { expect })
      kept.set(tree.to, grown)
      return { ...tree, seq }
    } catch (error) {
      if (!isOvertaken(error)) throw error
      throw new TreeConflict('another gateway has closed a tree', { cause: error })
    }
  }

  async function grown(tree: ClosedTree): Promise<GrowingTree> {
    const known = kept.get(tree.to)
    if (known !== undefined) return known
    const growing = plantTree(tree.after)
    while (growing.to < tree.to) {
      pipeline.signal.throwIfAborted()
      await growTo(growing, tree.to)
    }
    if (growing.tree.root() !== tree.root) throw new Error(`the tree up to ${tree.to} cannot be planted again`)
    kept.set(tree.to, growing)
    return growing
  }

  async function growTo(growing: GrowingTree, to: number): Promise<void> {
    const enough = new AbortController()
    const signal = AbortSignal.any([enough.signal, pipeline.signal])
    const place = { stream: streams.anchors, subject: subjects.anchorBatch('*'), after: growing.to, signal }
    for await (const batch of readStream(nc, place)) {
      for (const message of batch) if (message.seq <= to) growBy(growing, message)
      if (growing.to >= to) enough.abort()
    }
  }

  return {
    last: () => read({ last_by_subj: subjects.anchorTree }),
    before: async ({ before }) => (before === 0 ? null : read({ seq: before })),
    holding,
    store,
    grown,
  }
}
