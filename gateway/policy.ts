import type { ChainIntent } from '../protocol/chain-message.ts'
import { agentTenant } from '../protocol/subjects.ts'

/** What the coordinator asks for: all of it under a signature inside, so the relayer may pay for it. */
const coordinatorCalls: ReadonlySet<string> = new Set(['Escrow.reserve', 'Escrow.settle', 'EvidenceLog.checkpoint'])

/**
 * Who may have the gateway do what. A tenant's name is proven by the subject it could publish on, so this is all that
 * stands between an agent's credentials and the consortium's keys.
 *
 * @returns the reason of a refusal; null when the tenant may
 */
export function whyForbidden(intent: ChainIntent): string | null {
  const { tenant, from } = intent
  const call = `${intent.contract}.${intent.call}`
  if (tenant === 'consortium') return null
  if (from !== 'relayer') return `${tenant} may send through the relayer only`
  if (intent.value !== '0') return `${tenant} may not send value`
  if (tenant === 'coordinator') return coordinatorCalls.has(call) ? null : `the coordinator may not call ${call}`
  if (tenant.startsWith(agentTenant(''))) return whyAgentForbidden(intent, call)
  return `${tenant} is not a tenant of this gateway`
}

function whyAgentForbidden(intent: ChainIntent, call: string): string | null {
  if (call !== 'ResponsePlans.attest') return `an agent may not call ${call}`
  // attest(planId, alert, agentId, signature)
  if (intent.tenant !== agentTenant(String(intent.args[2]))) return 'an agent may attest in its own name only'
  return null
}
