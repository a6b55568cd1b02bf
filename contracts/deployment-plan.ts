import type { Addresses, ContractName } from './abis.ts'
import { batchExecutorInitCode } from './batch-executor.ts'
import type { Creation } from './create2.ts'
import type { DeploymentParams } from './deployment-params.ts'
import { accessManagerBytecode } from './generated/bytecode/access-manager.ts'
import { anchorsBytecode } from './generated/bytecode/anchors.ts'
import { contractRegistryBytecode } from './generated/bytecode/contract-registry.ts'
import { ententeTokenBytecode } from './generated/bytecode/entente-token.ts'
import { evidenceLogBytecode } from './generated/bytecode/evidence-log.ts'
import { responsePlansBytecode } from './generated/bytecode/response-plans.ts'
import { roundsBytecode } from './generated/bytecode/rounds.ts'
import { planBatches } from './plan/batches.ts'
import { at, creation } from './plan/creation.ts'
import { planGovernance } from './plan/governance.ts'
import { planIdentity } from './plan/identity.ts'
import { planMoney } from './plan/money.ts'
import { planRelay } from './plan/relay.ts'
import { planStanding } from './plan/standing.ts'

export interface DeploymentPlan {
  addresses: Addresses
  /** In an order in which each may be created. Penalties and Stake are not among them: Escrow makes those. */
  creations: readonly Creation[]
}

/**
 * Where each contract of a consortium will be. It follows from the arguments alone, so a second deployment finds the first.
 *
 * @param founder Address that governs until the deployment is complete.
 * @param governor Address that proposes to the timelock, executes and cancels.
 * @param treasury Address to whose balance fees go.
 */
export function planDeployment(
  { founder, governor, treasury }: { founder: string; governor: string; treasury: string },
  params: DeploymentParams,
): DeploymentPlan {
  const manager = creation('AccessManager', accessManagerBytecode, ['address', founder])
  const registry = creation('ContractRegistry', contractRegistryBytecode, at(manager))
  const { implementation, identity, domains } = planIdentity({ manager })
  const token = creation('EntenteToken', ententeTokenBytecode, at(manager))
  const base = { manager, registry, identity, domains, token }
  const { escrow, penalties, stake } = planMoney(base, treasury, params)
  const evidenceLog = creation('EvidenceLog', evidenceLogBytecode, at(manager), at(registry))
  const plans = [at(manager), at(registry), at(escrow), at(domains), at(token)] as const
  const responsePlans = creation('ResponsePlans', responsePlansBytecode, ...plans)
  const { batches, demands, taskDisputes, paymentDisputes } = planBatches(
    { ...base, escrow, evidenceLog },
    penalties,
    params,
  )
  const { recovery, config, policy, timelock } = planGovernance(base, governor, params)
  // The registry first: it keeps its block, from which readers of events start.
  const creations = [
    ...[registry, manager, implementation, identity, token, domains, escrow, evidenceLog, responsePlans],
    ...[batches, demands, taskDisputes, paymentDisputes, recovery],
    creation('Rounds', roundsBytecode, at(domains)),
    ...planStanding({ ...base, escrow, batches }),
    ...[config, policy, creation('Anchors', anchorsBytecode), timelock],
    creation('BatchExecutor', batchExecutorInitCode),
    ...planRelay(base),
  ]
  const created = Object.fromEntries(creations.map(({ name, address }) => [name, address]))
  const addresses = { ...created, Penalties: penalties, Stake: stake } as Record<ContractName, string>
  return { addresses, creations }
}
