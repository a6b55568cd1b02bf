import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { canonicalJson, type Json } from './canonical.ts'
import { EntenteError } from './errors.ts'
import { type Hex, sha256, toHex } from './hash.ts'
import { nameOfSeal, type Sealed } from './sealed.ts'
import type { SigningDomain } from './typed-data.ts'

const saltBytes = 32
const tagBytes = 16
/** A content key follows from the value's commitment and place, so it encrypts one text: its nonce need not differ. */
const nonce = Buffer.alloc(12)

/** SHA-256 over salt and canonical JSON. */
export function commitmentTo(value: Json, salt: Uint8Array): Hex {
  return toHex(createHash('sha256').update(salt).update(canonicalJson(value)).digest())
}

/** @param place the sealed value but for what it is made into here */
export function sealValue<S extends Sealed>(
  value: Json,
  salt: Uint8Array,
  contentKey: Uint8Array,
  place: Omit<S, 'keyHash' | 'ciphertext'>,
  domain: SigningDomain,
): S & Json {
  const open = { ...place, keyHash: sha256(contentKey) }
  const cipher = createCipheriv('aes-256-gcm', contentKey, nonce)
  cipher.setAAD(boundTo(open, domain))
  const text = [cipher.update(salt), cipher.update(canonicalJson(value)), cipher.final(), cipher.getAuthTag()]
  return { ...open, ciphertext: Buffer.concat(text).toString('base64') } as unknown as S & Json
}

/**
 * The value, when key, ciphertext and commitment fit one another.
 * @throws EntenteError SEAL_KEY_WRONG, SEAL_BROKEN
 */
export function openSealed(seal: Sealed, contentKey: Uint8Array, domain: SigningDomain): Json {
  const where = `what was sealed at ${nameOfSeal(seal)}, under the key of agent ${seal.agentId},`
  if (sha256(contentKey) !== seal.keyHash) throw new EntenteError('SEAL_KEY_WRONG', `this is not the key of ${where}`)
  const { ciphertext, ...open } = seal
  const bytes = Buffer.from(ciphertext, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', contentKey, nonce, { authTagLength: tagBytes })
    decipher.setAAD(boundTo(open, domain))
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()])
    const value = JSON.parse(text.subarray(saltBytes).toString()) as Json
    if (commitmentTo(value, text.subarray(0, saltBytes)) === seal.commitment) return value
  } catch (cause) {
    throw new EntenteError('SEAL_BROKEN', `${where} was changed since`, { cause })
  }
  throw new EntenteError('SEAL_BROKEN', `${where} is another value than its maker committed to`)
}

function boundTo(open: object, { chainId, verifyingContract }: SigningDomain): Buffer {
  return Buffer.from(canonicalJson({ ...open, chainId, contract: verifyingContract } as Json))
}
