import { createKeccak } from 'hash-wasm'

const hasher = await createKeccak(256)

/** Keccak-256, as it was before it became FIPS 202, as hexadecimal digits: Node has none. In WebAssembly it takes two fifths. */
export function hexKeccakOf(data: Uint8Array): string {
  return hasher.init().update(data).digest('hex')
}

/** The same, written to where it is wanted. */
export function keccakInto(data: Uint8Array, target: Buffer, at: number): void {
  target.set(hasher.init().update(data).digest('binary'), at)
}
