import { createHmac, hkdfSync } from 'node:crypto'
import { canonicalJson, type Json } from '../../../protocol/canonical.ts'
import { fromHex, type Hex, sha256 } from '../../../protocol/hash.ts'
import type { MadeSeal } from '../../../protocol/sealed.ts'
import type { AgentIdentity } from '../identity.ts'

/** Where in whose output a value stands. */
export type SealPlace = Pick<MadeSeal, 'taskId' | 'subtaskId' | 'attempt' | 'agentId' | 'at'>

/**
 * The salt and the key of a sealed value follow from the agent's wallet key and from what they are for: any process of the
 * agent can release a key that another sealed under, and nothing is kept anywhere. To whoever lacks the wallet key they are
 * random: HMAC-SHA-256 as a pseudorandom function, HKDF-SHA-256 (RFC 5869).
 */
export function saltOfSeal(identity: AgentIdentity, place: SealPlace, value: Json): Uint8Array {
  const text = canonicalJson(['entente/seal-salt/1', bound(identity, place), sha256(canonicalJson(value))])
  return createHmac('sha256', fromHex(identity.privateKey)).update(text).digest()
}

/** One key for one commitment, so no two texts are ever encrypted under one. */
export function contentKeyOf(identity: AgentIdentity, place: SealPlace, commitment: Hex): Uint8Array {
  const info = canonicalJson(['entente/content-key/1', bound(identity, place)])
  return new Uint8Array(hkdfSync('sha256', fromHex(identity.privateKey), fromHex(commitment), sha256(info), 32))
}

function bound({ domain }: AgentIdentity, { taskId, subtaskId, attempt, agentId, at }: SealPlace) {
  const { chainId, verifyingContract } = domain
  return [chainId, verifyingContract, taskId, subtaskId, attempt, agentId, at]
}
