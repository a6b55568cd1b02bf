import { AbiCoder, concat, getCreateAddress } from 'ethers'
import type { Addresses, ContractName } from './abis.ts'
import { ABIS } from './abis.ts'
import { encodeCall } from './bindings.ts'
import { type Creation, create2Address } from './create2.ts'
import { accessManagerBytecode } from './generated/bytecode/access-manager.ts'
import { contractRegistryBytecode } from './generated/bytecode/contract-registry.ts'
import { domainsBytecode } from './generated/bytecode/domains.ts'
import { ententeTokenBytecode } from './generated/bytecode/entente-token.ts'
import { erc1967ProxyBytecode } from './generated/bytecode/erc1967-proxy.ts'
import { escrowBytecode } from './generated/bytecode/escrow.ts'
import { evidenceLogBytecode } from './generated/bytecode/evidence-log.ts'
import { identityRegistryBytecode } from './generated/bytecode/identity-registry.ts'
import { responsePlansBytecode } from './generated/bytecode/response-plans.ts'

/** What a consortium fixes at its founding: these are in the code of its contracts, and do not change. */
export interface DeploymentParams {
  /** The longest way from a task's opening to its deadline. */
  maxTaskSeconds: number
  /** How long after its deadline a task can still be settled; then anyone may return its budget. */
  graceSeconds: number
  /** How long a stake stays slashable after its owner asks for it. Longer than the two above together. */
  unbondSeconds: number
  /** The highest fee of a settlement, in hundredths of a percent of the budget. */
  maxFeeBps: number
}

export const DEFAULT_PARAMS: DeploymentParams = {
  maxTaskSeconds: 30 * 86_400,
  graceSeconds: 86_400,
  unbondSeconds: 32 * 86_400,
  maxFeeBps: 500,
}

export interface DeploymentPlan {
  addresses: Addresses
  /** In an order in which each may be created. Stake is not among them: Escrow makes it. */
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
 * @param treasury Address to whose balance fees go.
 */
export function planDeployment(founder: string, treasury: string, params: DeploymentParams): DeploymentPlan {
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
    '(address,address,address,address,address,uint64,uint64,uint64,uint16)',
    [
      registry.address,
      token.address,
      identity.address,
      domains.address,
      treasury,
      params.maxTaskSeconds,
      params.graceSeconds,
      params.unbondSeconds,
      params.maxFeeBps,
    ],
  ])
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
  const addresses: Record<ContractName, string> = {
    AccessManager: manager.address,
    ContractRegistry: registry.address,
    IdentityRegistry: identity.address,
    EntenteToken: token.address,
    Domains: domains.address,
    // Escrow's first and only creation, in its constructor; a contract's own nonce starts at 1 (EIP-161).
    Stake: getCreateAddress({ from: escrow.address, nonce: 1 }),
    Escrow: escrow.address,
    EvidenceLog: evidenceLog.address,
    ResponsePlans: responsePlans.address,
  }
  // The registry first: it keeps its block, from which readers of events start.
  const creations = [registry, manager, implementation, identity, token, domains, escrow, evidenceLog, responsePlans]
  return { addresses, creations }
}
