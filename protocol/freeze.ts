import { z } from 'zod'
import { Address, AgentId, DomainId, Millis } from './ids.ts'

/** The tenant under which a regulator sends to the chain, and the name of its key at the gateways. */
export const regulatorTenant = 'regulator'

/**
 * What a regulator orders, and why: an artifact, whose hash stands on chain in the very call that carries the order out, at
 * its end, where contracts do not read.
 */
export const FreezeOrder = z.strictObject({
  format: z.literal('entente.freeze/1'),
  does: z.enum(['freeze', 'unfreeze']),
  about: z.union([z.strictObject({ agentId: AgentId }), z.strictObject({ domainId: DomainId })]),
  /** Whose standing changes: the agent's wallet, or the domain's admin. */
  account: Address,
  reason: z.string().min(1).max(2_000),
  /** The officer of compliance who orders it. */
  by: Address,
  atMs: Millis,
})
export type FreezeOrder = z.infer<typeof FreezeOrder>
