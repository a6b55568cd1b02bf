import { type AgentIdentity, identityOf } from '../../../../agents/sdk/identity.ts'
import { sha256 } from '../../../../protocol/hash.ts'
import { addressNumber } from '../../../registry/chain-facts.ts'

const chain = { chainId: 31337, contractRegistry: addressNumber(0xc0), contracts: {} }

export const identityNumber = (agentId: string): AgentIdentity => identityOf(agentId, sha256(`key ${agentId}`), chain)

export const identity = identityNumber('0')
