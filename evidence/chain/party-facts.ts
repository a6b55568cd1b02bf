import type { JsonRpcProvider } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { callContract } from '../../contracts/call-contract.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { domainToBytes32, slugFromBytes32 } from '../../protocol/ids.ts'
import { pointer } from '../finding.ts'
import { addressOf } from './address-of.ts'
import { callerAt } from './caller-at.ts'
import type { ChainFact } from './fact.ts'

/** Each party had this wallet and was of this domain, and each who signed for a domain was its admin, when it was anchored. */
export async function partyFacts(provider: JsonRpcProvider, bundle: Bundle): Promise<ChainFact[]> {
  const identity = await addressOf(provider, bundle, 'IdentityRegistry')
  const domains = await addressOf(provider, bundle, 'Domains')
  const then = callerAt(provider, bundle.anchors.checkpoint.blockNumber)
  const facts = bundle.parties.map(async ({ agentId, domainId, wallet }, index): Promise<ChainFact[]> => {
    const [walletThen, domainThen] = await Promise.all([
      callContract(then, identity, ABIS.IdentityRegistry, 'getAgentWallet', [BigInt(agentId)]),
      callContract(then, domains, ABIS.Domains, 'domainOf', [BigInt(agentId)]),
    ])
    return [
      { where: pointer('parties', index, 'wallet'), found: wallet, onChain: walletThen.toLowerCase() },
      { where: pointer('parties', index, 'domainId'), found: domainId, onChain: slugFromBytes32(domainThen) },
    ]
  })
  const admins = adminsNamed(bundle).map(async ({ domainId, signer, where }): Promise<ChainFact[]> => {
    const admin = await callContract(then, domains, ABIS.Domains, 'adminOf', [domainToBytes32(domainId)])
    return [{ where, found: signer, onChain: admin.toLowerCase() }]
  })
  return (await Promise.all([...facts, ...admins])).flat()
}

/** Who signed as the admin of a domain: policy sets, and who is its witness. */
function adminsNamed({ policySignatures = [], witnessed }: Bundle) {
  const policies = policySignatures.flatMap((signatures, place) =>
    signatures.map((signed, index) => ({ ...signed, where: pointer('policySignatures', place, index, 'signer') })),
  )
  const witnesses = (witnessed?.witnesses ?? []).map((appointed, index) => ({
    ...appointed,
    where: pointer('witnessed', 'witnesses', index, 'signer'),
  }))
  return [...policies, ...witnesses]
}
