import { digestInto } from '#sha256'
import { type Hex, toHex } from './hash.ts'
import { hashNode, splitOf } from './merkle.ts'

const hashBytes = 32
/** What is hashed for a leaf, and for an inner node (RFC 6962, 2.1). */
const leafPreimage = Buffer.alloc(1 + hashBytes)
const nodePreimage = Buffer.alloc(1 + 2 * hashBytes, 1)

/**
 * An RFC 6962 tree over items of 32 bytes each, or so much of one as some of its items make up. For many at once: items and
 * hashes lie side by side, none is an object of its own, and each level is hashed in one go.
 */
export class ItemTree {
  /** Place of the first item that is here. */
  readonly first: number
  #end: number
  /** Complete subtrees of 2^level items that are wholly here. */
  readonly #levels: Level[] = []

  constructor(first = 0) {
    this.first = first
    this.#end = first
  }

  /** Place after the last item; in a whole tree, how many there are. */
  get end(): number {
    return this.#end
  }

  /** @throws RangeError when they are not 32 bytes each */
  append(items: Uint8Array): void {
    if (items.length % hashBytes !== 0) throw new RangeError(`${items.length} bytes are no items of ${hashBytes}`)
    this.#end += items.length / hashBytes
    const leaves = this.#level(0)
    for (let at = 0; at < items.length; at += hashBytes) {
      leafPreimage.set(items.subarray(at, at + hashBytes), 1)
      digestInto(leafPreimage, leaves.hashes, leaves.length)
      leaves.length += hashBytes
    }
    for (let level = 1; this.#firstOf(level) < this.#endOf(level); level += 1) this.#grow(level)
  }

  root(): Hex {
    return toHex(this.subtree(0, this.#end))
  }

  /** Whether items from one place to another are here, all of them. */
  has(from: number, to: number): boolean {
    return from >= this.first && to <= this.#end
  }

  /** The hash over items that are here. */
  subtree(from: number, to: number): Buffer {
    const width = to - from
    if ((width & (width - 1)) === 0) {
      const level = 31 - Math.clz32(width)
      const at = (from / width - this.#firstOf(level)) * hashBytes
      return this.#levels[level]!.hashes.subarray(at, at + hashBytes)
    }
    const middle = from + splitOf(width)
    return hashNode(this.subtree(from, middle), this.subtree(middle, to))
  }

  /**
   * The subtrees of a whole tree outside a range of its items, from left to right: with these items, all that it takes to
   * find the root, and the audit path of each (`openRange`).
   */
  besides(first: number, count: number): Hex[] {
    const end = first + count
    if (first < 0 || count < 1 || !this.has(first, end)) throw new RangeError(`no items ${first} to ${end}`)
    const found: Hex[] = []
    const walk = (from: number, to: number): void => {
      if (to <= first || from >= end) return void found.push(toHex(this.subtree(from, to)))
      if (from >= first && to <= end) return
      const middle = from + splitOf(to - from)
      walk(from, middle)
      walk(middle, to)
    }
    walk(0, this.#end)
    return found
  }

  #firstOf(level: number): number {
    return Math.ceil(this.first / 2 ** level)
  }

  #endOf(level: number): number {
    return Math.floor(this.#end / 2 ** level)
  }

  /** With room for all its hashes. */
  #level(level: number): Level {
    const here = this.#levels[level] ?? { hashes: Buffer.alloc(0), length: 0 }
    this.#levels[level] = here
    const needed = Math.max(0, this.#endOf(level) - this.#firstOf(level)) * hashBytes
    if (needed > here.hashes.length) {
      const roomy = Buffer.alloc(Math.max(needed, 2 * here.hashes.length))
      here.hashes.copy(roomy)
      here.hashes = roomy
    }
    return here
  }

  #grow(level: number): void {
    const [below, here] = [this.#levels[level - 1]!, this.#level(level)]
    const first = this.#firstOf(level)
    const end = this.#endOf(level)
    for (let index = first + here.length / hashBytes; index < end; index += 1) {
      const at = (2 * index - this.#firstOf(level - 1)) * hashBytes
      nodePreimage.set(below.hashes.subarray(at, at + 2 * hashBytes), 1)
      digestInto(nodePreimage, here.hashes, here.length)
      here.length += hashBytes
    }
  }
}

interface Level {
  hashes: Buffer
  /** Bytes of it that are hashes. */
  length: number
}
