import { accessManagerAbi } from './generated/access-manager.ts'
import { contractRegistryAbi } from './generated/contract-registry.ts'
import { domainsAbi } from './generated/domains.ts'
import { ententeTokenAbi } from './generated/entente-token.ts'
import { escrowAbi } from './generated/escrow.ts'
import { evidenceLogAbi } from './generated/evidence-log.ts'
import { identityRegistryAbi } from './generated/identity-registry.ts'
import { responsePlansAbi } from './generated/response-plans.ts'
import { stakeAbi } from './generated/stake.ts'

/** The ABI of every contract of a deployment, by name. */
export const ABIS = {
  AccessManager: accessManagerAbi,
  ContractRegistry: contractRegistryAbi,
  IdentityRegistry: identityRegistryAbi,
  EntenteToken: ententeTokenAbi,
  Domains: domainsAbi,
  Stake: stakeAbi,
  Escrow: escrowAbi,
  EvidenceLog: evidenceLogAbi,
  ResponsePlans: responsePlansAbi,
} as const

/** The name under which the ContractRegistry records a contract. */
export type ContractName = keyof typeof ABIS

export const CONTRACT_NAMES = Object.keys(ABIS) as ContractName[]

/** Where each contract of one deployment is, as 20-byte checksummed addresses. */
export type Addresses = Readonly<Record<ContractName, string>>
