import { z } from 'zod'
import type { AgentListed } from '../../coordinator/views/list-agents.ts'
import { AgentCard } from '../../protocol/agent-card.ts'
import { AddressText, AgentIdText, AmountText, Hash, TimeMs } from './fields.ts'

export const Agent = z
  .object({
    agentId: AgentIdText,
    active: z.boolean().describe('Whether the chain acts on its signature'),
    owner: AddressText,
    wallet: AddressText.nullable(),
    domainId: z.string().nullable(),
    uri: z.string(),
    cardHash: Hash.nullable(),
    stake: AmountText,
    unbonding: AmountText.describe('On its way out; can still be slashed'),
    registeredAtMs: TimeMs,
    reputation: z
      .object({ ratings: z.int(), score: z.int().min(0).max(100) })
      .nullable()
      .describe(
        "What settled tasks say of it in ERC-8004's registry: how many, and their average; null before the first",
      ),
    card: AgentCard.nullable().describe('Null until the agent has shown a card of that hash'),
  })
  .meta({ id: 'Agent' })

export const Domain = z
  .object({
    domainId: z.string(),
    name: z.string(),
    admin: AddressText,
    status: z.enum(['admitted', 'suspended']),
    admittedAtMs: TimeMs,
    agents: z.int().describe('Enrolled, active or not'),
  })
  .meta({ id: 'Domain' })

export function toAgent({ active, card, ratings, scores, ...row }: AgentListed): z.infer<typeof Agent> {
  const reputation = ratings === 0 ? null : { ratings, score: Math.floor(scores / ratings) }
  return Agent.parse({ ...row, active: active === 1, reputation, card: card === null ? null : JSON.parse(card) })
}
