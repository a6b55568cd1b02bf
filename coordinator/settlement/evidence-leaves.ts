import type { NatsConnection } from '@nats-io/nats-core'
import type { Hex } from '../../protocol/hash.ts'
import { MerkleTree } from '../../protocol/merkle.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { readLeaves } from '../read-leaf.ts'

/** The evidence log as anyone can follow it: every leaf's hash, in the order of the stream, and the tree over them. */
export interface EvidenceLeaves {
  /** Whether the first `size` leaves have this root. */
  agrees(size: number, root: Hex): boolean
  leafAt(index: number): Hex | null
  /** The first place of a leaf; null where the log does not have it. */
  indexOf(leaf: Hex): number | null
  /** Size and root of all that is there now. */
  head(): { readonly size: number; readonly root: Hex }
  path(index: number, size: number): Hex[]
  stop(): Promise<void>
}

export async function followEvidence(nc: NatsConnection, log: Log): Promise<EvidenceLeaves> {
  const tree = new MerkleTree()
  const leaves: Hex[] = []
  const places = new Map<Hex, number>()
  const follower = followStream(nc, {
    stream: streams.evidence,
    subject: subjects.evidence('*'),
    take: ({ data }) => {
      for (const { hash } of readLeaves(data)) {
        tree.append(hash)
        if (!places.has(hash)) places.set(hash, leaves.length)
        leaves.push(hash)
      }
    },
    log,
  })
  await follower.caughtUp
  return {
    agrees: (size, root) => size <= tree.size && tree.root(size) === root,
    leafAt: index => leaves[index] ?? null,
    indexOf: leaf => places.get(leaf) ?? null,
    head: () => ({ size: tree.size, root: tree.root() }),
    path: (index, size) => tree.inclusion(index, size),
    stop: () => follower.stop(),
  }
}
