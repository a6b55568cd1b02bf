import type { JsonRpcProvider } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { decodeResult, encodeCall } from '../../contracts/bindings.ts'
import type { Bundle, Party } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { slugFromBytes32 } from '../../protocol/ids.ts'
import { pointer } from '../finding.ts'
import { addressOf } from './contract-facts.ts'
import type { ChainFact } from './fact.ts'

/** Each party had this wallet, and was of this domain, when the evidence was anchored. */
export async function partyFacts(provider: JsonRpcProvider, bundle: Bundle): Promise<ChainFact[]> {
  const identity = await addressOf(provider, bundle, 'IdentityRegistry')
  const domains = await addressOf(provider, bundle, 'Domains')
  const blockTag = bundle.anchors.checkpoint.blockNumber
  const facts = bundle.parties.map(async ({ agentId, domainId, wallet }: Party, index): Promise<ChainFact[]> => {
    const args = [BigInt(agentId)] as const
    const walletData = encodeCall(ABIS.IdentityRegistry, 'getAgentWallet', args)
    const domainData = encodeCall(ABIS.Domains, 'domainOf', args)
    const [walletThen, domainThen] = await Promise.all([
      provider.call({ to: identity, data: walletData, blockTag }),
      provider.call({ to: domains, data: domainData, blockTag }),
    ])
    const onChain = decodeResult(ABIS.IdentityRegistry, 'getAgentWallet', walletThen).toLowerCase()
    const domain = slugFromBytes32(decodeResult(ABIS.Domains, 'domainOf', domainThen) as Hex)
    return [
      { where: pointer('parties', index, 'wallet'), found: wallet, onChain },
      { where: pointer('parties', index, 'domainId'), found: domainId, onChain: domain },
    ]
  })
  return (await Promise.all(facts)).flat()
}
