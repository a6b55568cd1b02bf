import type { Hex } from '../protocol/hash.ts'
import { MerkleTree, tileLeaves } from '../protocol/merkle.ts'
import type { HashedLeaf } from './read-leaf.ts'

/** Where a leaf lies in the evidence log. */
export interface Placed {
  readonly index: number
  readonly path: Hex[]
}

/**
 * The evidence log's tree, and where in it the leaves of open tasks lie. What it holds grows with the open tasks: a tile
 * without any of their leaves is let go of, and of the log as a whole one or two bytes a leaf stay.
 */
export class OpenLeaves {
  readonly #tree = new MerkleTree()
  /**
   * Of each open task its leaves, three numbers each: that of its first event, that after its last, and where it lies.
   * Numbers side by side, because there may be a hundred thousand open tasks.
   */
  readonly #leaves = new Map<Hex, number[]>()
  /** How many leaves of open tasks each tile has. */
  readonly #open: number[] = []
  /** Complete, without a leaf of an open task, and still there. */
  readonly #idle = new Set<number>()
  /** The sizes for which paths may be asked now: that of the last checkpoint, and that of the one before. */
  #cuts: readonly number[] = []

  add({ taskId, first, end, hash }: HashedLeaf): void {
    const place = this.#tree.append(hash)
    const tile = Math.floor(place / tileLeaves)
    this.#open[tile] ??= 0
    const leaves = this.#leaves.get(taskId)
    // One that was published again, long after, has two places; only the first is after those of earlier events.
    if (!leaves || findLeaf(leaves, first) < 0) {
      const spot = [first, end, place]
      if (leaves) leaves.push(...spot)
      else this.#leaves.set(taskId, spot)
      this.#open[tile]++
    }
    this.#look(tile)
  }

  /** Where the task's leaves that follow one another from this event on end. */
  follow(taskId: Hex, event: number): number {
    const leaves = this.#leaves.get(taskId) ?? []
    let next = event
    for (let at = findLeaf(leaves, next); at >= 0; at = findLeaf(leaves, next, at)) next = leaves[at + 1]!
    return next
  }

  /** Size and root of the tree as it is now; paths to it may be asked for until it is cut a second time after this. */
  cut(): { size: number; root: Hex } {
    const { size } = this.#tree
    this.#cuts = [...this.#cuts.slice(-1), size]
    this.#letGo()
    return { size, root: this.#tree.root() }
  }

  /** The leaf whose first event has this number, and its path to the root of the first `size` leaves. */
  place(taskId: Hex, first: number, size: number): Placed {
    const leaves = this.#leaves.get(taskId) ?? []
    const at = findLeaf(leaves, first)
    if (at < 0) throw new RangeError(`the leaf of event ${first} of task ${taskId} has been let go of`)
    const index = leaves[at + 2]!
    return { index, path: this.#tree.inclusion(index, size) }
  }

  /** Nothing of this task is to be proved any more. */
  forget(taskId: Hex): void {
    const leaves = this.#leaves.get(taskId) ?? []
    this.#leaves.delete(taskId)
    for (let at = 0; at < leaves.length; at += 3) {
      const tile = Math.floor(leaves[at + 2]! / tileLeaves)
      this.#open[tile]!--
      this.#look(tile)
    }
    this.#letGo()
  }

  /** Bytes that the tree's hashes take. */
  get bytes(): number {
    return this.#tree.bytes
  }

  #look(tile: number): void {
    if (this.#open[tile] === 0 && (tile + 1) * tileLeaves <= this.#tree.size) this.#idle.add(tile)
  }

  #letGo(): void {
    const isCut = (tile: number) => this.#cuts.some(size => Math.floor(size / tileLeaves) === tile)
    for (const tile of this.#idle) {
      if (isCut(tile)) continue
      this.#tree.forget(tile)
      this.#idle.delete(tile)
    }
  }
}

/** Where the leaf that begins with this event is among the task's, most likely from `near` on; below 0 when it is not. */
function findLeaf(leaves: readonly number[], first: number, near = 0): number {
  for (let at = near; at < leaves.length; at += 3) if (leaves[at] === first) return at
  for (let at = 0; at < near; at += 3) if (leaves[at] === first) return at
  return -1
}
