import { z } from 'zod'
import { type Hex, keccak256, toHex } from './hash.ts'
import type { Address } from './ids.ts'
import { recoverAddress, signDigest } from './sign.ts'

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/, 'it is not Base64')

/** A signed payload (DSSE 1.0.0, https://github.com/secure-systems-lab/dsse). */
export const Envelope = z.object({
  payload: base64,
  payloadType: z.string(),
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: base64 })).min(1),
})
export type Envelope = z.infer<typeof Envelope>

/** The bytes that are signed: DSSE's pre-authentication encoding. Lengths are of bytes. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType)
  const head = Buffer.from(`DSSEv1 ${type.length} `)
  return Buffer.concat([head, type, Buffer.from(` ${payload.length} `), payload])
}

export function payloadOf({ payload }: Envelope): Buffer {
  return Buffer.from(payload, 'base64')
}

/**
 * Whose signatures hold. Key ids are hints that nobody signed, so they are not looked at; who signs twice counts once.
 * @param keyOf whose signature of the message it is; null when it is nobody's that counts
 */
export function whoSigned<K>(envelope: Envelope, keyOf: (message: Uint8Array, signature: Uint8Array) => K | null): K[] {
  const message = preAuthenticationEncoding(envelope.payloadType, payloadOf(envelope))
  const keys = envelope.signatures.flatMap(({ sig }) => keyOf(message, Buffer.from(sig, 'base64')) ?? [])
  return [...new Set(keys)]
}

/** Signs with the key of an account, as wallets sign messages (EIP-191), so that any wallet can. */
export function signEnvelope(payloadType: string, payload: Uint8Array, privateKey: Hex, signer: Address): Envelope {
  const digest = messageDigest(preAuthenticationEncoding(payloadType, payload))
  const sig = Buffer.from(signDigest(digest, privateKey).slice(2), 'hex').toString('base64')
  return { payload: Buffer.from(payload).toString('base64'), payloadType, signatures: [{ keyid: signer, sig }] }
}

/** The accounts whose signatures hold. A malformed signature is nobody's. */
export function accountsOf(envelope: Envelope): Address[] {
  return whoSigned(envelope, (message, signature) => recoverAddress(messageDigest(message), toHex(signature)))
}

function messageDigest(message: Uint8Array): Hex {
  return keccak256(Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${message.length}`), message]))
}
