import { accessManagerAbi } from './generated/access-manager.ts'
import { anchorsAbi } from './generated/anchors.ts'
import { batchesAbi } from './generated/batches.ts'
import { configRegistryAbi } from './generated/config-registry.ts'
import { contractRegistryAbi } from './generated/contract-registry.ts'
import { demandsAbi } from './generated/demands.ts'
import { domainsAbi } from './generated/domains.ts'
import { ententeTokenAbi } from './generated/entente-token.ts'
import { escrowAbi } from './generated/escrow.ts'
import { evidenceLogAbi } from './generated/evidence-log.ts'
import { foreignChainsAbi } from './generated/foreign-chains.ts'
import { foreignLogsAbi } from './generated/foreign-logs.ts'
import { identityRegistryAbi } from './generated/identity-registry.ts'
import { inboxAbi } from './generated/inbox.ts'
import { outboxAbi } from './generated/outbox.ts'
import { paymentDisputesAbi } from './generated/payment-disputes.ts'
import { penaltiesAbi } from './generated/penalties.ts'
import { recoveryAbi } from './generated/recovery.ts'
import { reputationRegistryAbi } from './generated/reputation-registry.ts'
import { responsePlansAbi } from './generated/response-plans.ts'
import { riskPolicyAbi } from './generated/risk-policy.ts'
import { roundsAbi } from './generated/rounds.ts'
import { stakeAbi } from './generated/stake.ts'
import { taskDisputesAbi } from './generated/task-disputes.ts'
import { taskFeedbackAbi } from './generated/task-feedback.ts'
import { taskValidationAbi } from './generated/task-validation.ts'
import { timelockControllerAbi } from './generated/timelock-controller.ts'
import { validationRegistryAbi } from './generated/validation-registry.ts'

/** The ABI of every contract of a deployment, by name. */
export const ABIS = {
  AccessManager: accessManagerAbi,
  ContractRegistry: contractRegistryAbi,
  IdentityRegistry: identityRegistryAbi,
  EntenteToken: ententeTokenAbi,
  Domains: domainsAbi,
  Penalties: penaltiesAbi,
  Stake: stakeAbi,
  Escrow: escrowAbi,
  Batches: batchesAbi,
  Demands: demandsAbi,
  TaskDisputes: taskDisputesAbi,
  PaymentDisputes: paymentDisputesAbi,
  EvidenceLog: evidenceLogAbi,
  ResponsePlans: responsePlansAbi,
  Recovery: recoveryAbi,
  Rounds: roundsAbi,
  ReputationRegistry: reputationRegistryAbi,
  ValidationRegistry: validationRegistryAbi,
  TaskFeedback: taskFeedbackAbi,
  TaskValidation: taskValidationAbi,
  ConfigRegistry: configRegistryAbi,
  RiskPolicy: riskPolicyAbi,
  Anchors: anchorsAbi,
  TimelockController: timelockControllerAbi,
  Outbox: outboxAbi,
  ForeignChains: foreignChainsAbi,
  ForeignLogs: foreignLogsAbi,
  Inbox: inboxAbi,
} as const

/** The name under which the ContractRegistry records a contract. */
export type ContractName = keyof typeof ABIS

export const CONTRACT_NAMES = Object.keys(ABIS) as ContractName[]

/** Where each contract of one deployment is, as 20-byte checksummed addresses. */
export type Addresses = Readonly<Record<ContractName, string>>
