import { fromHex, type Hex, toHex } from './hash.ts'
import { ItemTree } from './item-tree.ts'
import { hashNode, splitOf } from './merkle.ts'

/** Items side by side in a tree, without the items: 64 hashes at most, however many they are. */
export interface MerkleRange {
  readonly first: number
  /** Items of the whole tree. */
  readonly size: number
  /** As `ItemTree.besides` has them. */
  readonly besides: readonly Hex[]
}

export interface OpenRange {
  readonly root: Hex
  /** The audit path of one of the items, by its place among them, nearest sibling first (RFC 9162, 2.1.3). */
  pathOf(item: number): Hex[]
}

/** Partly of the range and partly not, or one of the subtrees beside it. */
type Node = {
  readonly from: number
  readonly to: number
  readonly hash: Buffer
  readonly halves?: readonly [Node, Node]
}

/**
 * Puts items, 32 bytes each, into their places in a tree.
 *
 * @returns null when the range is not one of so many items in a tree of that size
 */
export function openRange({ first, size, besides }: MerkleRange, items: Uint8Array): OpenRange | null {
  const end = first + items.length / 32
  if (items.length % 32 !== 0 || items.length === 0 || first < 0 || end > size || size > 2 ** 31) return null
  const own = new ItemTree(first)
  own.append(items)
  let used = 0

  function nodeOf(from: number, to: number): Node | null {
    if (to <= first || from >= end) {
      const hash = besides[used++]
      return hash === undefined ? null : { from, to, hash: fromHex(hash) }
    }
    if (own.has(from, to)) return { from, to, hash: own.subtree(from, to) }
    const middle = from + splitOf(to - from)
    const left = nodeOf(from, middle)
    const right = left && nodeOf(middle, to)
    return right && { from, to, hash: hashNode(left.hash, right.hash), halves: [left, right] }
  }

  const top = nodeOf(0, size)
  if (top === null || used !== besides.length) return null
  return {
    root: toHex(top.hash),
    pathOf(item) {
      const place = first + item
      if (!own.has(place, place + 1)) throw new RangeError(`no item ${item} among ${end - first}`)
      const path: Hex[] = []
      let node: Node = top
      while (node.to - node.from > 1) {
        const [left, right] = node.halves ?? halvesOf(own, node)
        const goesLeft = place < left.to
        path.push(toHex((goesLeft ? right : left).hash))
        node = goesLeft ? left : right
      }
      return path.reverse()
    },
  }
}

function halvesOf(own: ItemTree, { from, to }: Node): [Node, Node] {
  const middle = from + splitOf(to - from)
  return [
    { from, to: middle, hash: own.subtree(from, middle) },
    { from: middle, to, hash: own.subtree(middle, to) },
  ]
}
