import { fromHex, type Hex, toHex } from './hash.ts'
import { hashItems, hashNode, splitOf } from './merkle.ts'

/** Leaves side by side in a tree, without the leaves: 64 hashes at most, however many they are. */
export interface MerkleRange {
  readonly first: number
  /** Leaves of the whole tree. */
  readonly size: number
  /** As `MerkleTree.besides` has them. */
  readonly besides: readonly Hex[]
}

export interface OpenRange {
  readonly root: Hex
  /** The audit path of one of the items, by its place among them, nearest sibling first (RFC 9162, 2.1.3). */
  pathOf(item: number): Hex[]
}

type Node = { readonly hash: Buffer; readonly middle?: number; readonly left?: Node; readonly right?: Node }

/**
 * Puts items, 32 bytes each, into their places in a tree.
 *
 * @returns null when the range is not one of so many items in a tree of that size
 */
export function openRange({ first, size, besides }: MerkleRange, items: Uint8Array): OpenRange | null {
  const leaves = [...hashItems(items)]
  const end = first + leaves.length
  if (items.length % 32 !== 0 || leaves.length === 0 || first < 0 || end > size || size > 2 ** 32) return null
  let used = 0

  function nodeOf(from: number, to: number): Node | null {
    if (to <= first || from >= end) {
      const hash = besides[used++]
      return hash === undefined ? null : { hash: fromHex(hash) }
    }
    if (to - from === 1) return { hash: leaves[from - first]! }
    const middle = from + splitOf(to - from)
    const left = nodeOf(from, middle)
    const right = left && nodeOf(middle, to)
    return right && { hash: hashNode(left.hash, right.hash), middle, left, right }
  }

  const top = nodeOf(0, size)
  if (top === null || used !== besides.length) return null
  return {
    root: toHex(top.hash),
    pathOf(item) {
      if (item < 0 || item >= leaves.length) throw new RangeError(`no item ${item} among ${leaves.length}`)
      const path: Hex[] = []
      let node: Node = top
      while (node.left && node.right) {
        const goesLeft = first + item < node.middle!
        path.push(toHex((goesLeft ? node.right : node.left).hash))
        node = goesLeft ? node.left : node.right
      }
      return path.reverse()
    },
  }
}
