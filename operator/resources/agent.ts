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

export function toAgent({ active, card, ...row }: AgentListed): z.infer<typeof Agent> {
  return Agent.parse({ ...row, active: active === 1, card: card === null ? null : JSON.parse(card) })
}
