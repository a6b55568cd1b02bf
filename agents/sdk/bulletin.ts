import type { Msg, NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { contentHash } from '../../protocol/canonical.ts'
import { signDocument } from '../../protocol/documents.ts'
import { explainError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { JsonValue } from '../../protocol/json.ts'
import { agentTenant, subjects } from '../../protocol/subjects.ts'
import { submitIntent } from '../../stack/chain-intent.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { AgentDefinition, AlertFacts } from './define.ts'
import type { AgentIdentity } from './identity.ts'

/** A warning for every attesting agent, on `ent.bulletin.<kind>`. */
export const Bulletin = z.object({
  planId: Bytes32,
  /** Content hash of `bulletin`. */
  alertHash: Bytes32,
  /** Seconds since 1970: the chain's unit. */
  validUntil: z.int().positive(),
  bulletin: JsonValue,
})
export type Bulletin = z.infer<typeof Bulletin>

/** What an agent answers a bulletin with, at the place that it names (`ent.attested.<id>`). */
export type BulletinAnswer = { readonly agentId: string; readonly name: string } & (
  | { readonly attested: true; readonly facts: AlertFacts; readonly messageId: Hex }
  | { readonly attested: false; readonly why: string }
)

export interface AttestOptions {
  readonly nc: NatsConnection
  readonly identity: AgentIdentity
  readonly name: string
  readonly attests: NonNullable<AgentDefinition['attests']>
  readonly log: Log
}

/**
 * Has the agent judge each bulletin, and attests on chain what it vouches for: the facts are the agent's own, and only
 * those who find the same count together.
 */
export function attestBulletins(options: AttestOptions): void {
  const { nc, identity, name, log } = options
  const callback = async (_: Error | null, message: Msg) => {
    const judged = await judge(options, message.data).catch(error => refusal(explainError(error)))
    log.info({ judged }, 'a bulletin')
    const answer: BulletinAnswer = { agentId: identity.agentId, name, ...judged }
    if (message.reply) nc.publish(subjects.attested(message.reply, identity.agentId), JSON.stringify(answer))
  }
  nc.subscribe(subjects.bulletin('>'), { callback: (error, message) => void callback(error, message) })
}

async function judge({ nc, identity, attests }: AttestOptions, data: Uint8Array) {
  const bulletin = parseJson(Bulletin, data)
  if (!bulletin) return refusal('this is not a bulletin')
  const { planId, alertHash, validUntil } = bulletin
  if (contentHash(bulletin.bulletin) !== alertHash)
    return refusal('the bulletin does not have the hash it is called by')
  const facts = attests(bulletin.bulletin)
  if (!facts) return refusal('it is nothing that this agent vouches for')
  const { severity, urgency, certainty } = facts
  const kindAndArea = { eventKind: asBytes32(facts.eventKind), area: asBytes32(facts.area) }
  const alert = { alertHash, severity, urgency, certainty, ...kindAndArea, validUntil }
  const { agentId, domain, privateKey } = identity
  const signature = signDocument(domain, 'Attestation', { planId, ...alert, agentId }, privateKey)
  const { messageId } = await submitIntent(nc, {
    tenant: agentTenant(agentId),
    operation: 'attest',
    businessId: `${planId}/${alertHash}`,
    from: 'relayer',
    contract: 'ResponsePlans',
    call: 'attest',
    args: [planId, { ...alert, validUntil: String(validUntil) }, agentId, signature],
  })
  return { attested: true as const, facts, messageId }
}

function refusal(why: string) {
  return { attested: false as const, why }
}

/** ASCII at the left of 32 bytes, as contracts hold short words; empty is zero, which stands for unknown. */
function asBytes32(text: string): Hex {
  if (!/^[\x20-\x7e]{0,31}$/.test(text)) throw new RangeError(`${text} is not ASCII of at most 31 characters`)
  return `0x${Buffer.from(text, 'ascii').toString('hex').padEnd(64, '0')}`
}
