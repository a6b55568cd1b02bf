import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Hex } from '../../protocol/hash.ts'
import { hashLeaf, isConsistent, MerkleTree, rootOfInclusion, tileLeaves } from '../../protocol/merkle.ts'

/** The leaves and roots that implementations of Certificate Transparency (RFC 6962) test against. */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  hex => hashLeaf(Buffer.from(hex, 'hex')),
)

const roots: Hex[] = [
  '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  '0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  '0xaeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  '0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '0x4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '0x76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  '0xddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** Of one whole tile and a part of the next. */
const largest = 70

describe('the Merkle tree, by the known answers of RFC 6962', () => {
  it.each(roots.map((root, size) => ({ size, root })))('has the root of $size leaves', ({ size, root }) => {
    expect(treeOf(leaves.slice(0, size)).root()).toBe(root)
  })

  it('still knows every earlier root', () => {
    const tree = treeOf(leaves)
    expect(roots.map((_, size) => tree.root(size))).toEqual(roots)
  })

  it('proves the leaf 0 of 8', () => {
    expect(treeOf(leaves).inclusion(0)).toEqual([
      '0x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '0x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '0x6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
  })

  it('proves that 8 leaves begin with the first 6', () => {
    expect(treeOf(leaves).consistency(6)).toEqual([
      '0x0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      '0xca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      '0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
  })
})

describe('a tree that let go of tiles', () => {
  const size = 5 * tileLeaves + 3

  it('has the same root and proofs where nothing of them is asked', () => {
    const { tree: whole } = numbered(size)
    const { tree } = numbered(size)
    for (const tile of [0, 1, 3]) tree.forget(tile)
    expect(tree.root()).toBe(whole.root())
    for (const index of [2 * tileLeaves, 3 * tileLeaves - 1, 4 * tileLeaves, size - 1]) {
      expect(tree.inclusion(index)).toEqual(whole.inclusion(index))
    }
    expect(tree.consistency(4 * tileLeaves + 1)).toEqual(whole.consistency(4 * tileLeaves + 1))
    tree.append(hashLeaf('more'))
    whole.append(hashLeaf('more'))
    expect(tree.root()).toBe(whole.root())
  })

  it('refuses what it does not have, and to let go of what is not complete', () => {
    const { tree } = numbered(size)
    tree.forget(1)
    expect(() => tree.inclusion(tileLeaves)).toThrow('has been let go of')
    expect(() => tree.root(tileLeaves + 1)).toThrow('has been let go of')
    expect(() => tree.forget(5)).toThrow('is not complete')
  })
})

describe('inclusion', () => {
  it(`leads from every leaf to the root, for every size up to ${largest}`, () => {
    const { tree, hashes } = numbered(largest)
    for (let size = 1; size <= largest; size++) {
      for (let index = 0; index < size; index++) {
        expect(rootOfInclusion(hashes[index]!, index, size, tree.inclusion(index, size))).toBe(tree.root(size))
      }
    }
  })

  it('leads elsewhere from another leaf, index, size or path', () => {
    const { tree, hashes } = numbered(largest)
    const place = fc
      .integer({ min: 2, max: largest })
      .chain(size => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size - 1), fc.nat(), fc.nat(255)))
    fc.assert(
      fc.property(place, ([size, index, other, at, bit]) => {
        const path = tree.inclusion(index, size)
        const root = tree.root(size)
        const leaf = hashes[index]!
        if (other !== index) {
          expect(rootOfInclusion(leaf, other, size, path)).not.toBe(root)
          expect(rootOfInclusion(hashes[other]!, index, size, path)).not.toBe(root)
        }
        expect(rootOfInclusion(leaf, index, size, path.slice(1))).not.toBe(root)
        expect(rootOfInclusion(leaf, index, size, [...path, root])).toBeNull()
        expect(rootOfInclusion(leaf, index, size, flipBit(path, at % path.length, bit))).not.toBe(root)
      }),
    )
  })

  it.each([
    ['a negative index', -1, 8],
    ['an index as large as the tree', 8, 8],
    ['a tree larger than positions can be counted', 0, 2 ** 32 + 8],
  ])('refuses %s', (_name, index, size) => {
    expect(rootOfInclusion(leaves[0]!, index, size, treeOf(leaves).inclusion(0))).toBeNull()
  })

  it('refuses to prove what is not in the tree', () => {
    const tree = treeOf(leaves)
    expect(() => tree.inclusion(8)).toThrow(RangeError)
    expect(() => tree.inclusion(5, 5)).toThrow(RangeError)
    expect(() => tree.inclusion(0, 9)).toThrow(RangeError)
  })

  it('does not take an inner node for a leaf', () => {
    const tree = treeOf(leaves.slice(0, 2))
    const inner = Buffer.concat(leaves.slice(0, 2).map(leaf => Buffer.from(leaf.slice(2), 'hex')))
    expect(hashLeaf(inner)).not.toBe(tree.root())
  })
})

describe('consistency', () => {
  it(`holds between all sizes up to ${largest}`, () => {
    const { tree } = numbered(largest)
    for (let to = 1; to <= largest; to++) {
      for (let from = 1; from <= to; from++) {
        expect(isConsistent(from, tree.root(from), to, tree.root(to), tree.consistency(from, to))).toBe(true)
      }
    }
  })

  it('fails for a log that rewrote a leaf that it had shown', () => {
    const { tree } = numbered(largest)
    const sizes = fc
      .integer({ min: 1, max: largest - 1 })
      .chain(from => fc.tuple(fc.constant(from), fc.integer({ min: from + 1, max: largest }), fc.nat(from - 1)))
    fc.assert(
      fc.property(sizes, ([from, to, rewritten]) => {
        const forged = numbered(to, rewritten).tree
        expect(isConsistent(from, tree.root(from), to, forged.root(), forged.consistency(from))).toBe(false)
      }),
    )
  })

  it('fails for other sizes, roots and proofs', () => {
    const { tree } = numbered(largest)
    const sizes = fc
      .integer({ min: 1, max: largest - 1 })
      .chain(from => fc.tuple(fc.constant(from), fc.integer({ min: from + 1, max: largest }), fc.nat(), fc.nat(255)))
    fc.assert(
      fc.property(sizes, ([from, to, at, bit]) => {
        const [older, newer, proof] = [tree.root(from), tree.root(to), tree.consistency(from, to)]
        expect(isConsistent(from, newer, to, newer, proof)).toBe(false)
        expect(isConsistent(from, older, to, older, proof)).toBe(false)
        expect(isConsistent(from, older, to, newer, proof.slice(1))).toBe(false)
        expect(isConsistent(from, older, to, newer, [...proof, newer])).toBe(false)
        expect(isConsistent(from, older, to, newer, flipBit(proof, at % proof.length, bit))).toBe(false)
        expect(isConsistent(to, newer, from, older, proof)).toBe(false)
      }),
    )
  })

  it('refuses sizes that there are not', () => {
    const tree = treeOf(leaves)
    expect(() => tree.consistency(0)).toThrow(RangeError)
    expect(() => tree.consistency(7, 6)).toThrow(RangeError)
    expect(() => tree.consistency(1, 9)).toThrow(RangeError)
  })
})

function treeOf(hashes: readonly Hex[]): MerkleTree {
  const tree = new MerkleTree()
  for (const hash of hashes) tree.append(hash)
  return tree
}

/** A tree of the leaves '0', '1', …; the leaf `rewritten` says something else. */
function numbered(size: number, rewritten = -1): { tree: MerkleTree; hashes: Hex[] } {
  const hashes = Array.from({ length: size }, (_, index) => hashLeaf(index === rewritten ? 'other' : String(index)))
  return { tree: treeOf(hashes), hashes }
}

function flipBit(path: readonly Hex[], at: number, bit: number): Hex[] {
  return path.map((hash, index): Hex => {
    if (index !== at) return hash
    const bytes = Buffer.from(hash.slice(2), 'hex')
    bytes[bit >>> 3]! ^= 1 << (bit & 7)
    return `0x${bytes.toString('hex')}`
  })
}
