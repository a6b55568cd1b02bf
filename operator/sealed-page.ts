import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { fromHex, type Hex } from '../protocol/hash.ts'

/** AES-256-GCM (NIST SP 800-38D), with nonces at random: no more than 2^32 pages under one key. */
const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const sumBytes = 16

/** The key of pages that operators with this key of the consortium share (HKDF, RFC 5869). */
export function pageKeyOf(privateKey: Hex): Buffer {
  return Buffer.from(hkdfSync('sha256', fromHex(privateKey), '', 'entente/pages/1', 32))
}

/**
 * A page as it lies where others may come: nobody without the key can read it, or put another in its place.
 *
 * @param tag of the page, which is not hidden, and without which it does not open
 */
export function sealPage(key: Buffer, tag: string, body: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(tag))
  const sealed = [cipher.update(body, 'utf8'), cipher.final()]
  return Buffer.concat([Buffer.from(`${tag}\n`), nonce, cipher.getAuthTag(), ...sealed])
}

/** Null where it is another page, or nobody's of ours. */
export function openPage(key: Buffer, tag: string, sealed: Buffer): string | null {
  const head = Buffer.from(`${tag}\n`)
  const [from, to] = [head.length + nonceBytes, head.length + nonceBytes + sumBytes]
  if (sealed.length < to || !sealed.subarray(0, head.length).equals(head)) return null
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(head.length, from))
  decipher.setAAD(Buffer.from(tag)).setAuthTag(sealed.subarray(from, to))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(to)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
