import { hexKeccakOf } from '#keccak256'
import { hexDigestOf } from '#sha256'

/** 32 bytes as `0x` and 64 lower-case hexadecimal digits. */
export type Hex = `0x${string}`

/** SHA-256 (FIPS 180-4): the address of artifacts and the hash of evidence. */
export function sha256(data: Uint8Array | string): Hex {
  return `0x${hexDigestOf(data)}`
}

/** Keccak-256 as Ethereum uses it: for EIP-712 digests, commitments and ids that a contract also computes. */
export function keccak256(data: Uint8Array): Hex {
  return `0x${hexKeccakOf(data)}`
}

export function toHex(data: Uint8Array): Hex {
  return `0x${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')}`
}

export function fromHex(hex: string): Buffer {
  return Buffer.from(hex.startsWith('0x') ? hex.slice(2) : hex, 'hex')
}
