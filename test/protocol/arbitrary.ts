import fc from 'fast-check'
import type { Hex } from '../../protocol/hash.ts'
import { addressOf } from '../../protocol/sign.ts'

export function anyBytes(size: number): fc.Arbitrary<Hex> {
  return fc
    .uint8Array({ minLength: size, maxLength: size })
    .map(bytes => `0x${Buffer.from(bytes).toString('hex')}` as Hex)
}

export const anyAddress = anyBytes(20)
export const anyHash = anyBytes(32)

/** A private key: every 32 bytes except zero and the 2^-128 of them that are not below the curve's order. */
export const anyKey = anyHash.filter(isKey)

function isKey(bytes: Hex): boolean {
  try {
    return addressOf(bytes) !== null
  } catch {
    return false
  }
}
