import { keccak_256 } from '@noble/hashes/sha3.js'

/** As `keccak256.ts`, where WebAssembly can only be waited for. */
export function hexKeccakOf(data: Uint8Array): string {
  return Buffer.from(keccak_256(data)).toString('hex')
}

export function keccakInto(data: Uint8Array, target: Buffer, at: number): void {
  target.set(keccak_256(data), at)
}
