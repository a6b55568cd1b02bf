import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../protocol/hash.ts'
import { ItemTree } from '../../protocol/item-tree.ts'
import { hashLeaf, MerkleTree, rootOfInclusion } from '../../protocol/merkle.ts'
import { openRange } from '../../protocol/merkle-range.ts'

const itemsOf = (count: number) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => Buffer.from(sha256(`${index}`).slice(2), 'hex')))
const most = 150
const items = itemsOf(most)

/** Grown in pieces, as items come. */
function treeOf(size: number, piece = size): ItemTree {
  const tree = new ItemTree()
  for (let at = 0; at < size; at += piece) tree.append(items.subarray(at * 32, Math.min(size, at + piece) * 32))
  return tree
}

/** The same leaf by leaf, by what the evidence log is made of. */
function logOf(size: number): MerkleTree {
  const tree = new MerkleTree()
  for (let at = 0; at < size; at += 1) tree.append(hashLeaf(items.subarray(at * 32, at * 32 + 32)))
  return tree
}

const range = fc
  .integer({ min: 1, max: most })
  .chain(size => fc.tuple(fc.constant(size), fc.nat(size - 1)))
  .chain(([size, first]) => fc.tuple(fc.constant(size), fc.constant(first), fc.integer({ min: 1, max: size - first })))

test('a tree that grows in pieces is that which the evidence log would be of the same leaves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }), (size, piece) => {
      expect(treeOf(size, piece).root()).toBe(logOf(size).root())
    }),
    { numRuns: 60 },
  )
})

describe('a range of items', () => {
  test('leads to the root, and each of its items by the path that the tree has for it', () => {
    fc.assert(
      fc.property(range, ([size, first, count]) => {
        const [tree, log] = [treeOf(size), logOf(size)]
        const mine = items.subarray(first * 32, (first + count) * 32)
        const open = openRange({ first, size, besides: tree.besides(first, count) }, mine)!
        expect(tree.root()).toBe(log.root())
        expect(open.root).toBe(tree.root())
        for (let item = 0; item < count; item += 1) {
          expect(open.pathOf(item)).toEqual(log.inclusion(first + item))
          const leaf = hashLeaf(mine.subarray(item * 32, item * 32 + 32))
          expect(rootOfInclusion(leaf, first + item, size, open.pathOf(item))).toBe(tree.root())
        }
      }),
      { numRuns: 60 },
    )
  })

  test('of other items, or more or fewer subtrees beside it, leads elsewhere or nowhere', () => {
    fc.assert(
      fc.property(range, fc.nat(), ([size, first, count], which) => {
        const tree = treeOf(size)
        const besides = tree.besides(first, count)
        const mine = Buffer.from(items.subarray(first * 32, (first + count) * 32))
        const other = Buffer.from(mine)
        other[which % other.length]! ^= 1
        const root = tree.root()
        expect(openRange({ first, size, besides }, other)?.root).not.toBe(root)
        expect(openRange({ first, size, besides: [...besides, root] }, mine)).toBeNull()
        if (besides.length > 0) expect(openRange({ first, size, besides: besides.slice(1) }, mine)?.root).not.toBe(root)
        expect(openRange({ first, size, besides }, mine.subarray(1))).toBeNull()
        expect(openRange({ first: size, size, besides }, mine)).toBeNull()
      }),
      { numRuns: 60 },
    )
  })

  test('takes no more than twice the height of the tree, however many items it has', () => {
    const tree = treeOf(most)
    for (const count of [1, 7, 64, 100]) expect(tree.besides(13, count).length).toBeLessThanOrEqual(16)
    expect(() => tree.besides(100, 51)).toThrow(RangeError)
    expect(() => tree.besides(0, 0)).toThrow(RangeError)
    expect(() => tree.append(Buffer.alloc(33))).toThrow(RangeError)
  })
})
