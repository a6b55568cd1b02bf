import type { JsonRpcProvider } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { slugFromBytes32 } from '../../protocol/ids.ts'
import { pointer } from '../finding.ts'
import { addressOf } from './address-of.ts'
import { callAt } from './call-at.ts'
import type { ChainFact } from './fact.ts'

/** Each party had this wallet, and was of this domain, when the evidence was anchored. */
export async function partyFacts(provider: JsonRpcProvider, bundle: Bundle): Promise<ChainFact[]> {
  const identity = await addressOf(provider, bundle, 'IdentityRegistry')
  const domains = await addressOf(provider, bundle, 'Domains')
  const then = { provider, blockNumber: bundle.anchors.checkpoint.blockNumber }
  const facts = bundle.parties.map(async ({ agentId, domainId, wallet }, index): Promise<ChainFact[]> => {
    const [walletThen, domainThen] = await Promise.all([
      callAt(then, identity, ABIS.IdentityRegistry, 'getAgentWallet', [BigInt(agentId)]),
      callAt(then, domains, ABIS.Domains, 'domainOf', [BigInt(agentId)]),
    ])
    return [
      { where: pointer('parties', index, 'wallet'), found: wallet, onChain: walletThen.toLowerCase() },
      { where: pointer('parties', index, 'domainId'), found: domainId, onChain: slugFromBytes32(domainThen) },
    ]
  })
  return (await Promise.all(facts)).flat()
}
