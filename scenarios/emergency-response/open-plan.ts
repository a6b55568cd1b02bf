import { contentHash } from '../../protocol/canonical.ts'
import type { Hex } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import type { TaskSpec } from '../../protocol/task.ts'
import { perform } from '../../registry/perform.ts'
import type { Consortium } from '../consortium/start-consortium.ts'

/** Of CAP's ordinals: Severe, Future, Possible. */
const thresholds = { minSeverity: 3, minUrgency: 2, minCertainty: 2 }
/** How many agencies must attest the same facts. */
export const quorum = 2
const budget = 1_000_000_000n
const hourS = 3_600

/**
 * Agrees the response plan on chain and funds it: when two of the three agencies attest an alert of at least these
 * thresholds, the contract opens the task.
 * @returns the plan's id, which follows from its content
 */
export async function openPlan(consortium: Consortium, spec: TaskSpec, attestors: number): Promise<Hex> {
  const { nc, accounts, chain, agents, approver } = consortium
  const governor = accounts.governor.address
  const specHash = contentHash(spec)
  const attestorIds = agents
    .slice(0, attestors)
    .map(({ agentId }) => agentId)
    .sort((a, b) => Number(a) - Number(b))
  const planId = contentHash({ specHash, attestorIds })
  const plan = {
    ...{ planId, specHash, ...thresholds, quorum, eventKind: domainToBytes32(''), area: domainToBytes32('') },
    ...{ cooldownSeconds: '60', expires: `${Math.floor(Date.now() / 1000) + 365 * 24 * hourS}` },
    ...{ budget: `${budget}`, taskSeconds: `${2 * hourS}`, approver: approver.address },
  }
  const step = (operation: string, contract: string, call: string, args: (typeof plan | string | string[])[]) =>
    perform(nc, { operation, businessId: planId, from: governor, contract, call, args })
  await Promise.all([
    step('create-plan', 'ResponsePlans', 'create', [domainToBytes32(''), plan, attestorIds]),
    step('mint-budget', 'EntenteToken', 'mint', [governor, `${budget}`]),
    step('approve-budget', 'EntenteToken', 'approve', [chain.contracts.ResponsePlans!, `${budget}`]),
  ])
  await step('fund-plan', 'ResponsePlans', 'fund', [planId, `${budget}`])
  return planId
}
