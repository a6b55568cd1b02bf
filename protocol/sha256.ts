import { createHash, hash } from 'node:crypto'

/** SHA-256 (FIPS 180-4) of these bytes, one part after the other; a text is its UTF-8. */
export function digestOf(...parts: readonly (Uint8Array | string)[]): Buffer {
  // By way of a text it takes a quarter of the time.
  if (parts.length === 1) return Buffer.from(hash('sha256', parts[0]!, 'binary'), 'binary')
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/** The same of one part, written to where it is wanted. */
export function digestInto(data: Uint8Array, target: Buffer, at: number): void {
  target.write(hash('sha256', data, 'binary'), at, 'binary')
}

/** The same of one part, as hexadecimal digits: without a buffer in between it takes half the time. */
export function hexDigestOf(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex')
}
