import type { ChainEvent } from '../../protocol/chain-event.ts'
import { type Address, domainToBytes32 } from '../../protocol/ids.ts'

/** Chain events as the gateway publishes them, for tests of whoever reads them. */
export function chainFacts() {
  let blockNumber = 0
  const fact = (contract: string, event: string, args: ChainEvent['args']): ChainEvent => {
    blockNumber += 1
    const hash = `0x${blockNumber.toString(16).padStart(64, '0')}` as const
    const address = '0x00000000000000000000000000000000000000c0'
    const blockTimeMs = blockNumber * 1000
    return { contract, event, args, address, blockNumber, blockHash: hash, blockTimeMs, txHash: hash, logIndex: 0 }
  }
  const transferred = (agentId: string, from: Address, to: Address) =>
    fact('IdentityRegistry', 'Transfer', { from, to, tokenId: agentId })
  const walletSet = (agentId: string, wallet: Address | '0x') =>
    fact('IdentityRegistry', 'MetadataSet', {
      agentId,
      indexedMetadataKey: '0x53f7e5dd7f3ab4a2b3c5b4ca4f2a6d7b4c7c3ba6dc52b9a7c10a0b9c1d9a5a10',
      metadataKey: 'agentWallet',
      metadataValue: wallet,
    })
  return {
    fact,
    transferred,
    walletSet,
    admitted: (domainId: string, admin: Address, name = domainId) =>
      fact('Domains', 'DomainAdmitted', { domainId: domainToBytes32(domainId), admin, name }),
    /** In the order in which the registry emits them. */
    registered: (agentId: string, owner: Address, agentURI: string) => [
      transferred(agentId, zeroAddress, owner),
      fact('IdentityRegistry', 'Registered', { agentId, agentURI, owner }),
      walletSet(agentId, owner),
    ],
    enrolled: (domainId: string, agentId: string) =>
      fact('Domains', 'AgentEnrolled', { domainId: domainToBytes32(domainId), agentId }),
    staked: (
      event: 'StakeDeposited' | 'UnbondRequested' | 'StakeWithdrawn' | 'StakeSlashed' | 'StakeHeld' | 'StakeReturned',
      agentId: string,
      amount: bigint,
    ) => fact('Stake', event, { agentId, amount: amount.toString() }),
    domain: (event: 'DomainSuspended' | 'DomainReinstated', domainId: string) =>
      fact('Domains', event, { domainId: domainToBytes32(domainId) }),
  }
}

export const zeroAddress: Address = '0x0000000000000000000000000000000000000000'
export const addressNumber = (n: number): Address => `0x${n.toString(16).padStart(40, '0')}`
