import { ABIS, CONTRACT_NAMES, type ContractName } from '../../contracts/abis.ts'
import { accessManagerBytecode } from '../../contracts/generated/bytecode/access-manager.ts'
import { anchorsBytecode } from '../../contracts/generated/bytecode/anchors.ts'
import { batchesBytecode } from '../../contracts/generated/bytecode/batches.ts'
import { configRegistryBytecode } from '../../contracts/generated/bytecode/config-registry.ts'
import { contractRegistryBytecode } from '../../contracts/generated/bytecode/contract-registry.ts'
import { demandsBytecode } from '../../contracts/generated/bytecode/demands.ts'
import { domainsBytecode } from '../../contracts/generated/bytecode/domains.ts'
import { ententeTokenBytecode } from '../../contracts/generated/bytecode/entente-token.ts'
import { erc1967ProxyBytecode } from '../../contracts/generated/bytecode/erc1967-proxy.ts'
import { escrowBytecode } from '../../contracts/generated/bytecode/escrow.ts'
import { evidenceLogBytecode } from '../../contracts/generated/bytecode/evidence-log.ts'
import { foreignChainsBytecode } from '../../contracts/generated/bytecode/foreign-chains.ts'
import { foreignLogsBytecode } from '../../contracts/generated/bytecode/foreign-logs.ts'
import { identityRegistryBytecode } from '../../contracts/generated/bytecode/identity-registry.ts'
import { inboxBytecode } from '../../contracts/generated/bytecode/inbox.ts'
import { outboxBytecode } from '../../contracts/generated/bytecode/outbox.ts'
import { paymentDisputesBytecode } from '../../contracts/generated/bytecode/payment-disputes.ts'
import { recoveryBytecode } from '../../contracts/generated/bytecode/recovery.ts'
import { reputationRegistryBytecode } from '../../contracts/generated/bytecode/reputation-registry.ts'
import { responsePlansBytecode } from '../../contracts/generated/bytecode/response-plans.ts'
import { riskPolicyBytecode } from '../../contracts/generated/bytecode/risk-policy.ts'
import { roundsBytecode } from '../../contracts/generated/bytecode/rounds.ts'
import { taskDisputesBytecode } from '../../contracts/generated/bytecode/task-disputes.ts'
import { taskFeedbackBytecode } from '../../contracts/generated/bytecode/task-feedback.ts'
import { taskValidationBytecode } from '../../contracts/generated/bytecode/task-validation.ts'
import { timelockControllerBytecode } from '../../contracts/generated/bytecode/timelock-controller.ts'
import { validationRegistryBytecode } from '../../contracts/generated/bytecode/validation-registry.ts'
import { EntenteError } from '../../protocol/errors.ts'

/** The creation code of this build, without constructor arguments; of an upgradeable contract, that of its implementation. */
export const BUILT_CODE: Readonly<Record<ContractName, string>> = {
  AccessManager: accessManagerBytecode,
  ContractRegistry: contractRegistryBytecode,
  IdentityRegistry: identityRegistryBytecode,
  EntenteToken: ententeTokenBytecode,
  Domains: domainsBytecode,
  // Escrow's constructor creates Penalties, and that one's Stake: their code is inside its own.
  Penalties: escrowBytecode,
  Stake: escrowBytecode,
  Escrow: escrowBytecode,
  Batches: batchesBytecode,
  Demands: demandsBytecode,
  TaskDisputes: taskDisputesBytecode,
  PaymentDisputes: paymentDisputesBytecode,
  EvidenceLog: evidenceLogBytecode,
  ResponsePlans: responsePlansBytecode,
  Recovery: recoveryBytecode,
  Rounds: roundsBytecode,
  ReputationRegistry: reputationRegistryBytecode,
  ValidationRegistry: validationRegistryBytecode,
  TaskFeedback: taskFeedbackBytecode,
  TaskValidation: taskValidationBytecode,
  ConfigRegistry: configRegistryBytecode,
  RiskPolicy: riskPolicyBytecode,
  Anchors: anchorsBytecode,
  TimelockController: timelockControllerBytecode,
  Outbox: outboxBytecode,
  ForeignChains: foreignChainsBytecode,
  ForeignLogs: foreignLogsBytecode,
  Inbox: inboxBytecode,
}

export const PROXY_CODE = erc1967ProxyBytecode

/** @throws EntenteError COMMAND_INVALID when no contract of ours has that name */
export function contractNamed(text: string): ContractName {
  if (Object.hasOwn(ABIS, text)) return text as ContractName
  throw new EntenteError('COMMAND_INVALID', `there is no contract ${text}; there are ${CONTRACT_NAMES.join(', ')}`)
}
