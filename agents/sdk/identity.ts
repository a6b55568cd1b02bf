import type { ChainInfo } from '../../protocol/chain-message.ts'
import { signingDomain } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address, AgentId } from '../../protocol/ids.ts'
import { addressOf } from '../../protocol/sign.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'

/** Who an agent is when it signs: its id and wallet, and the chain and contracts for which its signatures hold. */
export interface AgentIdentity {
  readonly agentId: AgentId
  readonly wallet: Address
  readonly privateKey: Hex
  readonly domain: SigningDomain
}

export function identityOf(agentId: AgentId, privateKey: Hex, chain: ChainInfo): AgentIdentity {
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  return { agentId, wallet: addressOf(privateKey), privateKey, domain }
}
