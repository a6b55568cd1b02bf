import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** As `sha256.ts`, where there is no Node: the platform's own hashes there can only be waited for. */
export function digestOf(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = sha256.create()
  for (const part of parts) hash.update(typeof part === 'string' ? utf8ToBytes(part) : part)
  return Buffer.from(hash.digest())
}

export function digestInto(data: Uint8Array, target: Buffer, at: number): void {
  target.set(digestOf(data), at)
}

export function hexDigestOf(data: Uint8Array | string): string {
  return digestOf(data).toString('hex')
}
