import { createHash, hash } from 'node:crypto'

/** SHA-256 (FIPS 180-4) of these bytes, one part after the other; a text is its UTF-8. */
export function digestOf(...parts: readonly (Uint8Array | string)[]): Buffer {
  // By way of the digits it takes a third of the time.
  if (parts.length === 1) return Buffer.from(hexDigestOf(parts[0]!), 'hex')
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/** The same of one part, as hexadecimal digits: without a buffer in between it takes half the time. */
export function hexDigestOf(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex')
}
