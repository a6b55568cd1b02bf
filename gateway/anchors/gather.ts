import { setTimeout as sleep } from 'node:timers/promises'
import { streams, subjects } from '../../protocol/subjects.ts'
import { readStream } from '../../stack/read-stream.ts'
import { unfinished } from './anchor-tree.ts'
import type { Ground } from './ground.ts'
import { type GrowingTree, growBy, plantTree } from './growing-tree.ts'
import type { StoredTree, Trees } from './trees.ts'

const RETRY_MS = 250

/** Where the roots of closed trees go. */
export interface Roots {
  /** Sees one to the chain; of some it is told more than once. */
  anchor(tree: StoredTree): void
  /** Place in the stream of the oldest that is not there yet; Infinity when all are. */
  oldest(): number
}

/**
 * Gathers submitted items into trees, in the order of the stream: one gateway at a time does. A tree is what the stream says
 * it is: a gateway that dies in the middle of one has lost nothing but hashes, which the next computes again.
 */
export async function gatherItems(ground: Ground, trees: Trees, isMine: () => boolean, roots: Roots): Promise<void> {
  const { signal, log } = ground.pipeline
  while (!signal.aborted) {
    if (isMine()) {
      await gatherOn(ground, trees, isMine, roots).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'items are gathered anew')
      })
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
  }
}

/** From the last tree on, until the stream or the lease is lost; rejects when another gateway has closed a tree. */
async function gatherOn(ground: Ground, trees: Trees, isMine: () => boolean, roots: Roots): Promise<void> {
  const { nc, limits, pipeline } = ground
  // Closed by one that died, or stored without an answer.
  for (const tree of await unfinished(ground, trees)) roots.anchor(tree)
  let last = await trees.last()
  let growing: GrowingTree = plantTree(last?.to ?? 0)
  const ending = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let closing: Promise<void> = Promise.resolve()

  function close(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const grown = growing
    growing = plantTree(grown.to)
    closing = closing.then(() => storeAs(grown))
    closing.catch(() => ending.abort())
    return closing
  }

  async function storeAs(grown: GrowingTree): Promise<void> {
    if (!isMine()) throw new Error('another gateway gathers now')
    const { tree, to } = grown
    const before = last?.seq ?? 0
    const waiting = Math.min(before, roots.oldest())
    const place = { after: last?.to ?? 0, before, waiting, to }
    last = await trees.store({ ...place, size: tree.end, root: tree.root(), atMs: Date.now() }, grown)
    roots.anchor(last)
  }

  const signal = AbortSignal.any([pipeline.signal, ending.signal])
  const place = { stream: streams.anchors, subject: subjects.anchorBatch('*'), after: growing.to, signal }
  try {
    for await (const batch of readStream(nc, place)) {
      for (const message of batch) {
        growBy(growing, message)
        if (growing.tree.end >= limits.items) await close()
        else if (growing.tree.end > 0) timer ??= setTimeout(() => void close().catch(() => {}), limits.ms)
      }
      if (!isMine()) ending.abort()
    }
  } finally {
    clearTimeout(timer)
  }
  await closing
}
