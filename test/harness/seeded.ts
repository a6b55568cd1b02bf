import { createHash } from 'node:crypto'
import type { Hex } from '../../protocol/hash.ts'

export interface Random {
  /** From 0 to `limit` - 1. */
  below(limit: number): number
  /** Of at most so many bits. */
  bits(count: number): bigint
  /** True so many times in a hundred. */
  percent(chance: number): boolean
  pick<T>(items: readonly T[]): T
  hex(bytes: number): Hex
}

/** Draws that follow from the seed alone: SHA-256 of seed and counter. For cases too many, or too entangled, for fast-check. */
export function seeded(seed: string): Random {
  let block = Buffer.alloc(0)
  let count = 0
  const take = (bytes: number): Buffer => {
    while (block.length < bytes) {
      block = Buffer.concat([block, createHash('sha256').update(`${seed}/${count++}`).digest()])
    }
    const taken = block.subarray(0, bytes)
    block = block.subarray(bytes)
    return taken
  }
  const below = (limit: number) => take(4).readUInt32BE() % limit
  return {
    below,
    bits: size => (size === 0 ? 0n : BigInt.asUintN(size, BigInt(`0x${take(Math.ceil(size / 8)).toString('hex')}`))),
    percent: chance => below(100) < chance,
    pick: items => items[below(items.length)]!,
    hex: bytes => `0x${take(bytes).toString('hex')}`,
  }
}
