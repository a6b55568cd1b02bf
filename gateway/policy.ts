import { ABIS } from '../contracts/abis.ts'
import { encodeCall } from '../contracts/bindings.ts'
import type { ChainIntent } from '../protocol/chain-message.ts'
import { regulatorTenant } from '../protocol/freeze.ts'
import type { Address } from '../protocol/ids.ts'
import { agentTenant } from '../protocol/subjects.ts'

/** What the coordinator asks for: all of it under a signature inside, so the relayer may pay for it. */
const coordinatorCalls: ReadonlySet<string> = new Set(['Escrow.reserve', 'Escrow.settle', 'EvidenceLog.checkpoint'])

/** What a rater asks for: the contract takes it of anybody, on proof, so the relayer may pay for it too. */
const raterCalls: ReadonlySet<string> = new Set(['TaskFeedback.rate', 'TaskFeedback.rateBatched'])

/** Of those who answer for what they say, tower and settler with their own money: each sends by the key of its own name. */
const ownCalls: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'tower',
    new Set([
      ...[
        'disputeOrder',
        'disputeBudget',
        'disputeTotals',
        'disputeSplit',
        'disputeEmptyCoalition',
        'disputeRepeat',
      ].map(call => `TaskDisputes.${call}`),
      ...['disputeReceipt', 'disputeContribution', 'disputeEarned', 'disputeFirstEarned', 'disputeFork'].map(
        call => `PaymentDisputes.${call}`,
      ),
      ...['disputeLast', 'disputeLater', 'disputeUnpaid', 'disputePenalty', 'disputeEvidence'].map(
        call => `PaymentDisputes.${call}`,
      ),
      ...['Demands.demand', 'Demands.expire', 'Demands.withdraw', 'Batches.unwind'],
    ]),
  ],
  [
    'settler',
    new Set([...['post', 'finalise', 'impose', 'unwind'].map(call => `Batches.${call}`), 'Domains.noteWallet']),
  ],
  [regulatorTenant, new Set(['AccessManager.execute'])],
])

const nobody = `0x${'00'.repeat(20)}` as const
/** How a call begins that says whom the consortium may not deal with. */
const setStanding = encodeCall(ABIS.RiskPolicy, 'setStanding', [nobody, 0]).slice(0, 10)

/**
 * Who may have the gateway do what. A tenant's name is proven by the subject it could publish on, so this is all that
 * stands between an agent's credentials and the consortium's keys.
 *
 * @param byName the gateway's keys, by the names that they have there
 * @returns the reason of a refusal; null when the tenant may
 */
export function whyForbidden(intent: ChainIntent, byName: ReadonlyMap<string, Address>): string | null {
  const { tenant, from } = intent
  const call = `${intent.contract}.${intent.call}`
  if (tenant === 'consortium') return null
  if (ownCalls.has(tenant)) return whyNotItsOwn(intent, call, byName)
  if (from !== 'relayer') return `${tenant} may send through the relayer only`
  if (intent.value !== '0') return `${tenant} may not send value`
  if (tenant === 'coordinator') return coordinatorCalls.has(call) ? null : `the coordinator may not call ${call}`
  if (tenant === 'rater') return raterCalls.has(call) ? null : `the rater may not call ${call}`
  if (tenant.startsWith(agentTenant(''))) return whyAgentForbidden(intent, call)
  return `${tenant} is not a tenant of this gateway`
}

function whyNotItsOwn(
  { tenant, from, value, args }: ChainIntent,
  call: string,
  byName: ReadonlyMap<string, Address>,
): string | null {
  if (from !== byName.get(tenant)) return `the ${tenant} may send by the key named ${tenant} only`
  if (value !== '0') return `the ${tenant} may not send value`
  if (!ownCalls.get(tenant)!.has(call)) return `the ${tenant} may not call ${call}`
  // execute(target, data): the manager of access asks for whoever calls, and passes the data on as they are.
  const isStanding = tenant !== regulatorTenant || String(args[1]).startsWith(setStanding)
  return isStanding ? null : `the ${tenant} may change whom the consortium deals with, and nothing else`
}

function whyAgentForbidden(intent: ChainIntent, call: string): string | null {
  // claim(agentId, earning, count, path): what it gives is the agent's, whoever asks.
  if (call === 'Escrow.claim') {
    return intent.tenant === agentTenant(String(intent.args[0])) ? null : 'an agent may claim in its own name only'
  }
  if (call !== 'ResponsePlans.attest') return `an agent may not call ${call}`
  // attest(planId, alert, agentId, signature)
  if (intent.tenant !== agentTenant(String(intent.args[2]))) return 'an agent may attest in its own name only'
  return null
}
