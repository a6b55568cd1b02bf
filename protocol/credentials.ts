import { z } from 'zod'
import { AgentCard } from './agent-card.ts'
import { ChainInfo } from './chain-message.ts'
import { AgentId, Millis, Signature } from './ids.ts'
import { SealingKey } from './key-release.ts'

/**
 * Asks for a place on the bus, on `ent.credentials`: signed by the wallet that the chain has for the agent (EIP-712
 * `CredentialRequest` over agentId, userKey, the card's content hash and issuedAtMs). Old requests are refused, so a
 * recorded one is worth nothing.
 */
export const CredentialRequest = z.object({
  agentId: AgentId,
  /** NATS public user key; the seed never leaves the agent. */
  userKey: z.string().regex(/^U[A-Z2-7]{55}$/),
  card: AgentCard,
  /** For what others seal for it: it is of no use to whoever lacks the wallet, and kept with the card. */
  sealing: SealingKey.optional(),
  issuedAtMs: Millis,
  signature: Signature,
})
export type CredentialRequest = z.infer<typeof CredentialRequest>

/** A short-lived NATS user JWT with just this agent's subjects. */
export const Credentials = z.object({ jwt: z.string(), expiresAtMs: Millis, chain: ChainInfo })
export type Credentials = z.infer<typeof Credentials>
