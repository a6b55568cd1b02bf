import { digestOf } from '#sha256'
import type { Hex } from './hash.ts'
import { fromHex, sha256, toHex } from './hash.ts'

/** RFC 6962 hash of a leaf: SHA-256(0x00 ‖ leaf). */
export function hashLeaf(leaf: Uint8Array | string): Hex {
  // In one piece: a hash that is fed in parts takes three times as long.
  return sha256(Buffer.concat([leafPrefix, typeof leaf === 'string' ? Buffer.from(leaf) : leaf]))
}

/** RFC 6962 hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function hashNode(left: Buffer, right: Buffer): Buffer {
  left.copy(preimage, 1)
  right.copy(preimage, 1 + hashBytes)
  return digestOf(preimage)
}

const leafPrefix = Buffer.from([0])

/** A tile is the subtree of so many leaves side by side. */
export const tileLeaves = 64
/** Below the tile's root. */
const tileLevels = Math.log2(tileLeaves)
const hashBytes = 32
/** An inner node as it is hashed, one after the other: most of what a tree does is this. */
const preimage = Buffer.alloc(1 + 2 * hashBytes, 1)

/**
 * An append-only Merkle tree (RFC 6962, section 2.1). It holds the roots of all complete subtrees, so an append costs one
 * hash on average, and a root or a proof of any earlier size O(log n) hashes.
 *
 * Hashes lie side by side in buffers, 64 bytes a leaf and no object each: a tile has what is below the root of 64 leaves.
 * A tile of which nothing is to be proved any more can be let go of; its root stays, one or two bytes a leaf.
 */
export class MerkleTree {
  #size = 0
  readonly #tiles: (Buffer | null)[] = []
  /** From the tiles' roots up. */
  readonly #upper: Buffer[] = []

  get size(): number {
    return this.#size
  }

  /** Adds a leaf by its hash (see `hashLeaf`); returns its index. */
  append(leafHash: Hex): number {
    const index = this.#size++
    let [hash, node] = [fromHex(leafHash), index]
    for (let level = 0; ; level++) {
      this.#put(level, node, hash)
      if (node % 2 === 0) return index
      hash = hashNode(this.#node(level, node - 1), hash)
      node >>>= 1
    }
  }

  /** Lets go of a complete tile: its leaves can be proved no more, nor any size that ends among them. */
  forget(tile: number): void {
    if ((tile + 1) * tileLeaves > this.#size) throw new RangeError(`tile ${tile} is not complete`)
    this.#tiles[tile] = null
  }

  /** Bytes that all hashes take. */
  get bytes(): number {
    const buffers = [...this.#tiles, ...this.#upper]
    return buffers.reduce((sum, buffer) => sum + (buffer?.length ?? 0), 0)
  }

  /** The root of the first `size` leaves. The empty tree's is SHA-256 of nothing. */
  root(size = this.size): Hex {
    if (size === 0) return toHex(digestOf())
    return toHex(this.#subtree(0, size))
  }

  /** The audit path of a leaf in the tree of the first `size` leaves, nearest sibling first. */
  inclusion(index: number, size = this.size): Hex[] {
    if (index < 0 || index >= size || size > this.size) throw new RangeError(`no leaf ${index} in a tree of ${size}`)
    const path: Buffer[] = []
    let [from, to] = [0, size]
    while (to - from > 1) {
      const middle = from + splitOf(to - from)
      if (index < middle) {
        path.push(this.#subtree(middle, to))
        to = middle
      } else {
        path.push(this.#subtree(from, middle))
        from = middle
      }
    }
    return path.reverse().map(toHex)
  }

  /** What proves that the first `to` leaves begin with the first `from` (RFC 6962, 2.1.2). */
  consistency(from: number, to = this.size): Hex[] {
    if (from < 1 || from > to || to > this.size) throw new RangeError(`no trees of ${from} and ${to} leaves`)
    const proof: Buffer[] = []
    let [left, right] = [0, to]
    while (from < right) {
      const middle = left + splitOf(right - left)
      if (from <= middle) {
        proof.push(this.#subtree(middle, right))
        right = middle
      } else {
        proof.push(this.#subtree(left, middle))
        left = middle
      }
    }
    // The old root itself is known to the verifier; a part of it is not.
    if (left > 0) proof.push(this.#subtree(left, right))
    return proof.reverse().map(toHex)
  }

  #subtree(from: number, to: number): Buffer {
    const width = to - from
    if (isPowerOfTwo(width)) return this.#node(31 - Math.clz32(width), from / width)
    const middle = from + splitOf(width)
    return hashNode(this.#subtree(from, middle), this.#subtree(middle, to))
  }

  /** The root of the complete subtree of 2^level leaves that is the `index`th of its level. */
  #node(level: number, index: number): Buffer {
    if (level >= tileLevels) return hashAt(this.#upper[level - tileLevels]!, index)
    const tile = this.#tiles[index >>> (tileLevels - level)]
    if (!tile) throw new RangeError(`node ${index} of level ${level} has been let go of`)
    return hashAt(tile, placeInTile(level, index))
  }

  #put(level: number, index: number, hash: Buffer): void {
    if (level < tileLevels) {
      const tile = index >>> (tileLevels - level)
      this.#tiles[tile] ??= Buffer.allocUnsafeSlow((2 * tileLeaves - 2) * hashBytes)
      hash.copy(this.#tiles[tile], placeInTile(level, index) * hashBytes)
      return
    }
    const nodes = this.#upper[level - tileLevels] ?? Buffer.alloc(hashBytes)
    const full = (index + 1) * hashBytes > nodes.length
    const room = full ? Buffer.concat([nodes], nodes.length * 2) : nodes
    hash.copy(room, index * hashBytes)
    this.#upper[level - tileLevels] = room
  }
}

/** In a tile the leaves come first, then each level above. */
function placeInTile(level: number, index: number): number {
  const before = 2 * tileLeaves - ((2 * tileLeaves) >>> level)
  return before + (index & ((tileLeaves >>> level) - 1))
}

function hashAt(hashes: Buffer, index: number): Buffer {
  return hashes.subarray(index * hashBytes, (index + 1) * hashBytes)
}

/** The root that a leaf and its audit path lead to (RFC 9162, 2.1.3.2); null when the path has the wrong length. */
export function rootOfInclusion(leafHash: Hex, index: number, size: number, path: readonly Hex[]): Hex | null {
  if (index < 0 || index >= size || size > maxSize) return null
  let [node, last, hash] = [index, size - 1, fromHex(leafHash)]
  for (const sibling of path) {
    if (last === 0) return null
    if (node % 2 === 1 || node === last) {
      hash = hashNode(fromHex(sibling), hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [node >>> 1, last >>> 1]
    } else {
      hash = hashNode(hash, fromHex(sibling))
    }
    ;[node, last] = [node >>> 1, last >>> 1]
  }
  return last === 0 ? toHex(hash) : null
}

/**
 * Whether the tree of `to` leaves with root `toRoot` begins with that of `from` leaves with `fromRoot`: that a log kept
 * what it once showed (RFC 9162, 2.1.4.2).
 */
export function isConsistent(from: number, fromRoot: Hex, to: number, toRoot: Hex, proof: readonly Hex[]): boolean {
  if (from < 1 || from > to || to > maxSize) return false
  if (from === to) return proof.length === 0 && fromRoot === toRoot
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof
  if (!first) return false
  let [node, last] = [from - 1, to - 1]
  while (node % 2 === 1) [node, last] = [node >>> 1, last >>> 1]
  let [older, newer] = [fromHex(first), fromHex(first)]
  for (const sibling of rest.map(fromHex)) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      older = hashNode(sibling, older)
      newer = hashNode(sibling, newer)
      while (node % 2 === 0 && node !== 0) [node, last] = [node >>> 1, last >>> 1]
    } else {
      newer = hashNode(newer, sibling)
    }
    ;[node, last] = [node >>> 1, last >>> 1]
  }
  return last === 0 && toHex(older) === fromRoot && toHex(newer) === toRoot
}

/** Positions are shifted as 32-bit numbers. */
const maxSize = 2 ** 32

function isPowerOfTwo(width: number): boolean {
  return (width & (width - 1)) === 0
}

/** The largest power of two below `width`: where RFC 6962 splits a tree. */
export function splitOf(width: number): number {
  return 2 ** (31 - Math.clz32(width - 1))
}
