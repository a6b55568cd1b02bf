import type { ChainInfo } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Address, AgentId } from '../protocol/ids.ts'
import { signDigest } from '../protocol/sign.ts'
import { compileTypedData } from '../protocol/typed-data.ts'

/** What a new wallet agrees to when it begins to speak for an agent. */
export interface WalletConsent {
  readonly agentId: AgentId
  readonly newWallet: Address
  readonly owner: Address
  /** Seconds since 1970; the identity registry takes at most five minutes ahead. */
  readonly deadline: number
}

const digestConsent = compileTypedData('AgentWalletSet', {
  AgentWalletSet: [
    { name: 'agentId', type: 'uint256' },
    { name: 'newWallet', type: 'address' },
    { name: 'owner', type: 'address' },
    { name: 'deadline', type: 'uint256' },
  ],
})

/**
 * Signs with the new wallet's key that it will speak for the agent.
 *
 * @see https://eips.ethereum.org/EIPS/eip-8004 (`setAgentWallet`: EIP-712 under the identity registry's own domain)
 */
export function signWalletConsent(consent: WalletConsent, chain: ChainInfo, privateKey: Hex): Hex {
  const domain = {
    name: 'ERC8004IdentityRegistry',
    version: '1',
    chainId: chain.chainId,
    verifyingContract: chain.contracts.IdentityRegistry!,
  }
  return signDigest(digestConsent(domain, consent), privateKey)
}
