import { ed25519 } from '@noble/curves/ed25519.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { keyIdOf, keyTypes, type NoteSignature, sameBytes } from './note.ts'

/**
 * A witness's word for a checkpoint, with the time (https://c2sp.org/tlog-cosignature, Ed25519): it saw no longer log of this
 * origin, and this one goes on from all it saw.
 * @param text the text of the checkpoint's note
 * @param atS seconds since 1970
 */
export function cosign(text: string, name: string, secretKey: Uint8Array, atS: number): NoteSignature {
  const signed = ed25519.sign(messageOf(text, BigInt(atS)), secretKey)
  const keyId = keyIdOf(name, keyTypes.cosignature, ed25519.getPublicKey(secretKey))
  return { name, keyId, signature: Buffer.concat([timestamp(BigInt(atS)), signed]) }
}

/** When this witness cosigned, in seconds since 1970; null when it did not. */
export function cosignedAt(text: string, name: string, publicKey: Uint8Array, by: NoteSignature): number | null {
  const isKey = by.name === name && sameBytes(by.keyId, keyIdOf(name, keyTypes.cosignature, publicKey))
  if (!isKey || by.signature.length !== 72) return null
  const atS = Buffer.from(by.signature.subarray(0, 8)).readBigUInt64BE()
  try {
    const holds = ed25519.verify(by.signature.subarray(8), messageOf(text, atS), publicKey, { zip215: false })
    return holds ? Number(atS) : null
  } catch {
    // What is no point of the curve.
    return null
  }
}

function messageOf(text: string, atS: bigint): Uint8Array {
  return utf8ToBytes(`cosignature/v1\ntime ${atS}\n${text}`)
}

function timestamp(atS: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(atS)
  return bytes
}
