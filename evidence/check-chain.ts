import { isError, JsonRpcProvider, Network } from 'ethers'
import { EntenteError } from '../protocol/errors.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { blockFacts } from './chain/block-facts.ts'
import { contractFacts } from './chain/contract-facts.ts'
import type { ChainFact } from './chain/fact.ts'
import { partyFacts } from './chain/party-facts.ts'
import { ratingFacts } from './chain/rating-facts.ts'
import { transactionFacts } from './chain/transaction-facts.ts'
import type { Check, Finding } from './finding.ts'

/**
 * Whether the chain says the same: the anchors' blocks are its blocks, the contracts are those of the registry, they hold
 * this checkpoint and this settlement, the transactions named did what the log says, each party had its wallet and
 * domain at the time, and what was written of them to the reputation registry is what the settlement says.
 * @throws EntenteError CHAIN_UNREACHABLE
 */
export async function checkChain(bundle: Bundle, rpcUrl: string): Promise<Check> {
  const provider = new JsonRpcProvider(rpcUrl, Network.from(bundle.chain.chainId), { staticNetwork: true })
  try {
    const chainId = BigInt(await provider.send('eth_chainId', []))
    if (chainId !== BigInt(bundle.chain.chainId)) {
      return checkOf([{ where: '/chain/chainId', found: bundle.chain.chainId, onChain: chainId }])
    }
    const facts = await Promise.all([
      blockFacts(provider, bundle),
      contractFacts(provider, bundle),
      transactionFacts(provider, bundle),
      partyFacts(provider, bundle),
      ratingFacts(provider, bundle),
    ])
    return checkOf(facts.flat())
  } catch (cause) {
    if (isError(cause, 'CALL_EXCEPTION') || isError(cause, 'BAD_DATA')) return notThere(bundle)
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EntenteError('CHAIN_UNREACHABLE', `the node gave no answer: ${why}`, { cause })
  } finally {
    provider.destroy()
  }
}

/** An address without code answers nothing that can be read; a contract of another kind refuses. */
function notThere({ chain }: Bundle): Check {
  const what = `the chain has no such registry with these contracts at ${chain.contractRegistry}`
  return { name: 'chain', count: 1, findings: [{ where: '/chain/contractRegistry', what }] }
}

function checkOf(facts: readonly ChainFact[]): Check {
  return { name: 'chain', count: facts.length, findings: facts.flatMap(findingOf) }
}

function findingOf({ where, found, onChain }: ChainFact): Finding[] {
  if (String(found) === String(onChain)) return []
  return [
    { where, what: onChain === null ? `the chain has nothing of it` : `the chain has ${onChain}, the bundle ${found}` },
  ]
}
