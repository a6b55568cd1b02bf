import { contentHash } from '../protocol/canonical.ts'
import type { CredentialRequest } from '../protocol/credentials.ts'
import { signerOf } from '../protocol/documents.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { SigningDomain } from '../protocol/typed-data.ts'
import type { Directory } from './directory.ts'

/** How far an agent's clock may be from ours. */
const FRESH_WITHIN_MS = 60_000

/**
 * Makes the check that a credential request must pass: the agent is active on chain, the card is the one that the
 * chain names, the signature is the wallet's, and the request is fresh and new.
 *
 * The memory of requests seen is this instance's own. That is enough: a recorded request that another instance
 * answers yields a JWT for a user key whose seed only the agent has.
 *
 * @throws EntenteError AGENT_INACTIVE, CARD_MISMATCH, REQUEST_STALE, SIGNATURE_INVALID
 */
export function checkCredentialRequest(domain: SigningDomain) {
  const seen = new Map<string, number>()

  return (request: CredentialRequest, directory: Directory, nowMs: number): void => {
    const { agentId, userKey, card, issuedAtMs, signature } = request
    if (Math.abs(nowMs - issuedAtMs) > FRESH_WITHIN_MS) {
      throw new EntenteError('REQUEST_STALE', `the request was issued ${nowMs - issuedAtMs} ms ago by our clock`)
    }
    const agent = directory.agents.get(agentId)
    if (!agent?.active) throw new EntenteError('AGENT_INACTIVE', `agent ${agentId} is not active on chain`)
    const cardHash = contentHash(card)
    if (cardHash !== agent.cardHash) {
      throw new EntenteError('CARD_MISMATCH', `the card has hash ${cardHash}, the chain names ${agent.uri}`)
    }
    const signer = signerOf(domain, 'CredentialRequest', { agentId, userKey, cardHash, issuedAtMs }, signature)
    if (signer !== agent.wallet) {
      throw new EntenteError(
        'SIGNATURE_INVALID',
        `the request is signed by ${signer}, agent ${agentId} by ${agent.wallet}`,
      )
    }
    remember(`${userKey}/${issuedAtMs}`, issuedAtMs, nowMs)
  }

  /** Only what passed all checks gets here, so strangers cannot fill the memory. */
  function remember(id: string, issuedAtMs: number, nowMs: number): void {
    if (seen.has(id)) throw new EntenteError('REQUEST_STALE', 'the request was answered before')
    for (const [old, oldMs] of seen) if (nowMs - oldMs > FRESH_WITHIN_MS) seen.delete(old)
    seen.set(id, issuedAtMs)
  }
}
