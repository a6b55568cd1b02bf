import { keccak_256 } from '@noble/hashes/sha3.js'

/** As `keccak256.ts`, where WebAssembly can only be waited for. */
export function hexKeccakOf(data: Uint8Array): string {
  return Buffer.from(keccak_256(data)).toString('hex')
}
