import { createHash } from 'node:crypto'
import type { Hex } from './hash.ts'
import { fromHex, toHex } from './hash.ts'

/** RFC 6962 hash of a leaf: SHA-256(0x00 ‖ leaf). */
export function hashLeaf(leaf: Uint8Array | string): Hex {
  return toHex(createHash('sha256').update(leafPrefix).update(leaf).digest())
}

/** RFC 6962 hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
function hashNode(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest()
}

const leafPrefix = Buffer.from([0])
const nodePrefix = Buffer.from([1])

/**
 * An append-only Merkle tree (RFC 6962, section 2.1). Level k holds the roots of the complete subtrees of 2^k leaves, so
 * an append costs one hash on average, a root or a proof of any earlier size O(log n) hashes, and memory 64 bytes a leaf.
 */
export class MerkleTree {
  readonly #levels: Buffer[][] = [[]]

  get size(): number {
    return this.#levels[0]!.length
  }

  /** Adds a leaf by its hash (see `hashLeaf`); returns its index. */
  append(leafHash: Hex): number {
    const index = this.size
    this.#levels[0]!.push(fromHex(leafHash))
    for (let level = 0; this.#levels[level]!.length % 2 === 0; level++) {
      const nodes = this.#levels[level]!
      if (!this.#levels[level + 1]) this.#levels.push([])
      this.#levels[level + 1]!.push(hashNode(nodes.at(-2)!, nodes.at(-1)!))
    }
    return index
  }

  /** The root of the first `size` leaves. The empty tree's is SHA-256 of nothing. */
  root(size = this.size): Hex {
    if (size === 0) return toHex(createHash('sha256').digest())
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
    if (isPowerOfTwo(width)) return this.#levels[31 - Math.clz32(width)]![from / width]!
    const middle = from + splitOf(width)
    return hashNode(this.#subtree(from, middle), this.#subtree(middle, to))
  }
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
function splitOf(width: number): number {
  return 2 ** (31 - Math.clz32(width - 1))
}
