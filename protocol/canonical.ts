import canonicalize from 'canonicalize'
import { type Hex, sha256 } from './hash.ts'

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * RFC 8785 canonical JSON: one text for one value, whatever the order in which its members were written.
 * @throws TypeError for what JSON cannot carry (bigint, NaN, Infinity, a lone surrogate).
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('undefined has no JSON form')
  return text
}

/** SHA-256 of the canonical JSON: what a document is called in receipts, in evidence and on chain. */
export function contentHash(value: unknown): Hex {
  return sha256(canonicalJson(value))
}
