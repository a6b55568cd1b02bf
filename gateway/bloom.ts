import { LRUCache } from 'lru-cache'
import { fromHex, type Hex, keccak256 } from '../protocol/hash.ts'

/** Yellow Paper, 4.4.1: 2,048 bits, of which each address and each topic of a log sets three. */
const BYTES = 256
const NONE: Hex = `0x${'00'.repeat(BYTES)}`

/** Of a log, what its block's bloom says. */
interface Logged {
  readonly address: Hex
  readonly topics: readonly Hex[]
}

/** The bits of what comes again and again: our contracts, and the events that they have. */
const bits = new LRUCache<Hex, readonly number[]>({ max: 4_096 })

/** The bloom of logs: that of a block is of all logs in its receipts. */
export function bloomOf(receipts: readonly { readonly logs: readonly Logged[] }[]): Hex {
  if (receipts.every(({ logs }) => logs.length === 0)) return NONE
  const bloom = Buffer.alloc(BYTES)
  for (const { logs } of receipts) for (const log of logs) addTo(bloom, log)
  return `0x${bloom.toString('hex')}`
}

function addTo(bloom: Buffer, { address, topics }: Logged): void {
  for (const item of [address, ...topics]) {
    for (const bit of bitsOf(item)) bloom[byteOf(bit)]! |= 1 << (bit % 8)
  }
}

/**
 * Whether a block may have a log of one of these addresses. No is certain; yes is wrong now and then, the more often the
 * more logs the block has.
 */
export function mayHold(logsBloom: Hex, addresses: Iterable<Hex>): boolean {
  if (logsBloom === NONE) return false
  const bloom = fromHex(logsBloom)
  for (const address of addresses) {
    if (bitsOf(address).every(bit => (bloom[byteOf(bit)]! & (1 << (bit % 8))) !== 0)) return true
  }
  return false
}

/** The low eleven bits of the first three pairs of bytes of the hash. */
function bitsOf(item: Hex): readonly number[] {
  const known = bits.get(item)
  if (known !== undefined) return known
  const hash = fromHex(keccak256(fromHex(item)))
  const found = [0, 2, 4].map(at => hash.readUInt16BE(at) % (8 * BYTES))
  bits.set(item, found)
  return found
}

/** Bits are numbered from the last byte on. */
function byteOf(bit: number): number {
  return BYTES - 1 - (bit >>> 3)
}
