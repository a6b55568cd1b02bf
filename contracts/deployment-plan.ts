import { AbiCoder, concat, getCreateAddress, ZeroAddress } from 'ethers'
import type { Addresses, ContractName } from './abis.ts'
import { ABIS } from './abis.ts'
import { batchExecutorInitCode } from './batch-executor.ts'
import { encodeCall } from './bindings.ts'
import { type Creation, create2Address } from './create2.ts'
import { type DeploymentParams, penaltiesArgument } from './deployment-params.ts'
import { accessManagerBytecode } from './generated/bytecode/access-manager.ts'
import { anchorsBytecode } from './generated/bytecode/anchors.ts'
import { batchesBytecode } from './generated/bytecode/batches.ts'
import { configRegistryBytecode } from './generated/bytecode/config-registry.ts'
import { contractRegistryBytecode } from './generated/bytecode/contract-registry.ts'
import { demandsBytecode } from './generated/bytecode/demands.ts'
import { domainsBytecode } from './generated/bytecode/domains.ts'
import { ententeTokenBytecode } from './generated/bytecode/entente-token.ts'
import { erc1967ProxyBytecode } from './generated/bytecode/erc1967-proxy.ts'
import { escrowBytecode } from './generated/bytecode/escrow.ts'
import { evidenceLogBytecode } from './generated/bytecode/evidence-log.ts'
import { foreignChainsBytecode } from './generated/bytecode/foreign-chains.ts'
import { foreignLogsBytecode } from './generated/bytecode/foreign-logs.ts'
import { identityRegistryBytecode } from './generated/bytecode/identity-registry.ts'
import { inboxBytecode } from './generated/bytecode/inbox.ts'
import { outboxBytecode } from './generated/bytecode/outbox.ts'
import { paymentDisputesBytecode } from './generated/bytecode/payment-disputes.ts'
import { recoveryBytecode } from './generated/bytecode/recovery.ts'
import { reputationRegistryBytecode } from './generated/bytecode/reputation-registry.ts'
import { responsePlansBytecode } from './generated/bytecode/response-plans.ts'
import { riskPolicyBytecode } from './generated/bytecode/risk-policy.ts'
import { roundsBytecode } from './generated/bytecode/rounds.ts'
import { taskDisputesBytecode } from './generated/bytecode/task-disputes.ts'
import { taskFeedbackBytecode } from './generated/bytecode/task-feedback.ts'
import { taskValidationBytecode } from './generated/bytecode/task-validation.ts'
import { timelockControllerBytecode } from './generated/bytecode/timelock-controller.ts'
import { validationRegistryBytecode } from './generated/bytecode/validation-registry.ts'

export interface DeploymentPlan {
  addresses: Addresses
  /** In an order in which each may be created. Penalties and Stake are not among them: Escrow makes those. */
  creations: readonly Creation[]
}

type Argument = readonly [type: string, value: unknown]

function creation(name: string, bytecode: string, ...args: readonly Argument[]): Creation {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    args.map(([type]) => type),
    args.map(([, value]) => value),
  )
  const initCode = concat([bytecode, encoded])
  return { name, initCode, address: create2Address(initCode) }
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
  const authority = ['address', manager.address] as const
  const registry = creation('ContractRegistry', contractRegistryBytecode, authority)
  const implementation = creation('IdentityRegistry implementation', identityRegistryBytecode)
  const initialize = encodeCall(ABIS.IdentityRegistry, 'initialize', [manager.address as `0x${string}`])
  const identity = creation(
    'IdentityRegistry',
    erc1967ProxyBytecode,
    ['address', implementation.address],
    ['bytes', initialize],
  )
  const token = creation('EntenteToken', ententeTokenBytecode, authority)
  const domains = creation('Domains', domainsBytecode, authority, ['address', identity.address])
  const escrow = creation('Escrow', escrowBytecode, authority, [
    '(address,address,address,address,address,uint64,uint64,uint64,uint16,(uint64,uint64,uint64,uint128,uint16,uint16,uint64))',
    [
      registry.address,
      token.address,
      identity.address,
      domains.address,
      treasury,
      params.maxTaskSeconds,
      params.graceSeconds,
      params.noticeSeconds,
      params.maxFeeBps,
      penaltiesArgument(params),
    ],
  ])
  // Escrow's first and only creation, in its constructor, and that one's; a contract's own nonce starts at 1 (EIP-161).
  const penalties = getCreateAddress({ from: escrow.address, nonce: 1 })
  const stake = getCreateAddress({ from: penalties, nonce: 1 })
  const evidenceLog = creation('EvidenceLog', evidenceLogBytecode, authority, ['address', registry.address])
  const responsePlans = creation(
    'ResponsePlans',
    responsePlansBytecode,
    authority,
    ['address', registry.address],
    ['address', escrow.address],
    ['address', domains.address],
    ['address', token.address],
  )
  const atEscrow = ['address', escrow.address] as const
  const batches = creation(
    'Batches',
    batchesBytecode,
    authority,
    atEscrow,
    ['address', penalties],
    ['(uint40,uint128,uint16)', [params.windowSeconds, params.batchBond, params.challengerBps]],
  )
  const atBatches = ['address', batches.address] as const
  const demands = creation(
    'Demands',
    demandsBytecode,
    atBatches,
    atEscrow,
    ['uint40', params.showSeconds],
    ['uint128', params.demandStake],
  )
  const taskDisputes = creation('TaskDisputes', taskDisputesBytecode, atBatches, atEscrow, ['address', token.address])
  const paymentDisputes = creation(
    'PaymentDisputes',
    paymentDisputesBytecode,
    atBatches,
    atEscrow,
    ['address', registry.address],
    ['address', domains.address],
    ['address', evidenceLog.address],
  )
  const recovery = creation(
    'Recovery',
    recoveryBytecode,
    ['address', identity.address],
    ['address', registry.address],
    ['uint64', params.recoveryMinSeconds],
    ['uint64', params.recoveryMaxSeconds],
    ['uint64', params.recoveryWindowSeconds],
  )
  const rounds = creation('Rounds', roundsBytecode, ['address', domains.address])
  const standing = planStanding({ manager, registry, identity, escrow, batches })
  const config = creation('ConfigRegistry', configRegistryBytecode, authority, ['uint64', params.configNoticeSeconds])
  const policy = creation('RiskPolicy', riskPolicyBytecode, authority)
  const timelock = creation(
    'TimelockController',
    timelockControllerBytecode,
    ['uint256', params.timelockSeconds],
    ['address[]', [governor]],
    ['address[]', [governor]],
    ['address', ZeroAddress],
  )
  // The registry first: it keeps its block, from which readers of events start.
  const creations = [
    registry,
    manager,
    implementation,
    identity,
    token,
    domains,
    escrow,
    evidenceLog,
    responsePlans,
    batches,
    demands,
    taskDisputes,
    paymentDisputes,
    recovery,
    rounds,
    ...standing,
    config,
    policy,
    creation('Anchors', anchorsBytecode),
    timelock,
    creation('BatchExecutor', batchExecutorInitCode),
    ...planRelay({ manager, registry, domains }),
  ]
  const created = Object.fromEntries(creations.map(({ name, address }) => [name, address]))
  const addresses = { ...created, Penalties: penalties, Stake: stake } as Record<ContractName, string>
  return { addresses, creations }
}

/** What goes to other chains, and what is known of them. */
function planRelay(at: Record<'manager' | 'registry' | 'domains', Creation>): Creation[] {
  const { manager, registry, domains } = at
  const chains = creation(
    'ForeignChains',
    foreignChainsBytecode,
    ['address', manager.address],
    ['address', registry.address],
    ['address', domains.address],
  )
  const atChains = ['address', chains.address] as const
  return [
    creation('Outbox', outboxBytecode),
    chains,
    creation('ForeignLogs', foreignLogsBytecode, atChains),
    creation('Inbox', inboxBytecode, atChains),
  ]
}

/** ERC-8004's two registries of standing behind proxies, and what Entente itself reads and writes of them. */
function planStanding(at: Record<'manager' | 'registry' | 'identity' | 'escrow' | 'batches', Creation>): Creation[] {
  const { manager, registry, identity, escrow, batches } = at
  const proxied = (name: 'ReputationRegistry' | 'ValidationRegistry', bytecode: string) => {
    const code = creation(`${name} implementation`, bytecode, ['address', identity.address])
    const initialize = encodeCall(ABIS[name], 'initialize', [manager.address as `0x${string}`])
    return [code, creation(name, erc1967ProxyBytecode, ['address', code.address], ['bytes', initialize])] as const
  }
  const [reputationCode, reputation] = proxied('ReputationRegistry', reputationRegistryBytecode)
  const [validationCode, validation] = proxied('ValidationRegistry', validationRegistryBytecode)
  const feedback = creation(
    'TaskFeedback',
    taskFeedbackBytecode,
    ['address', registry.address],
    ['address', escrow.address],
    ['address', batches.address],
    ['address', reputation.address],
  )
  const ours = [
    ['address', escrow.address],
    ['address', validation.address],
  ] as const
  const requests = creation('TaskValidation', taskValidationBytecode, ...ours)
  return [reputationCode, reputation, validationCode, validation, feedback, requests]
}
