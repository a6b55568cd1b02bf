import { hkdfSync } from 'node:crypto'
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { signDocument } from '../../../protocol/documents.ts'
import { fromHex, type Hex, toHex } from '../../../protocol/hash.ts'
import type { SealingKey } from '../../../protocol/key-release.ts'
import type { AgentIdentity } from '../identity.ts'

/** RFC 9180, base mode: who may release is said by a signature beside it, not by the wrap. */
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

/** The agent's own X25519 keys, derived from its wallet key: all of its processes have the same. */
function keyPairOf({ privateKey, agentId, domain }: AgentIdentity) {
  const info = `entente/sealing-key/1|${domain.chainId}|${domain.verifyingContract}|${agentId}`
  return suite.kem.deriveKeyPair(hkdfSync('sha256', fromHex(privateKey), Buffer.alloc(0), info, 32))
}

/** The public one, by the wallet's signature. */
export async function sealingKeyOf(identity: AgentIdentity): Promise<SealingKey> {
  const { publicKey } = await keyPairOf(identity)
  const document = {
    agentId: identity.agentId,
    publicKey: toHex(new Uint8Array(await suite.kem.serializePublicKey(publicKey))),
  }
  const signature = signDocument(identity.domain, 'SealingKey', document, identity.privateKey)
  return { publicKey: document.publicKey, signature }
}

export async function wrapKey(
  contentKey: Uint8Array,
  publicKey: Hex,
  info: Hex,
): Promise<{ enc: string; wrapped: string }> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(bytesOf(fromHex(publicKey)))
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: bytesOf(fromHex(info)) }, bytesOf(contentKey))
  return { enc: Buffer.from(enc).toString('base64'), wrapped: Buffer.from(ct).toString('base64') }
}

/** Null for what was wrapped to another key, for another purpose, or changed. */
export async function unwrapKey(
  identity: AgentIdentity,
  { enc, wrapped }: { readonly enc: string; readonly wrapped: string },
  info: Hex,
): Promise<Uint8Array | null> {
  try {
    const { privateKey: recipientKey } = await keyPairOf(identity)
    const opening = { recipientKey, enc: bytesOf(Buffer.from(enc, 'base64')), info: bytesOf(fromHex(info)) }
    return new Uint8Array(await suite.open(opening, bytesOf(Buffer.from(wrapped, 'base64'))))
  } catch {
    return null
  }
}

/** Its bytes alone: a Buffer may be part of a larger one. */
function bytesOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
