import { createHash } from 'node:crypto'

/** SHA-256 (FIPS 180-4) of these bytes, one part after the other; a text is its UTF-8. */
export function digestOf(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
