import type { JsonRpcProvider } from 'ethers'
import type { Bundle } from '../../protocol/evidence.ts'
import { pointer } from '../finding.ts'
import type { ChainFact } from './fact.ts'

/** The block of each anchor is the chain's at its height; and the settlement's transaction is the one that was logged. */
export async function blockFacts(provider: JsonRpcProvider, { anchors, events }: Bundle): Promise<ChainFact[]> {
  const facts: ChainFact[] = []
  for (const [name, anchor] of Object.entries(anchors)) {
    if (!anchor) continue
    const block = await provider.getBlock(anchor.blockNumber)
    facts.push({ where: pointer('anchors', name, 'blockHash'), found: anchor.blockHash, onChain: block?.hash ?? null })
    const index = events.findIndex(({ event }) => event.type === 'TaskSettled')
    const settled = events[index]?.event
    if (name !== 'settlement' || settled?.type !== 'TaskSettled') continue
    const txHash = block?.transactions[anchor.txIndex] ?? null
    facts.push({ where: pointer('events', index, 'event', 'txHash'), found: settled.txHash, onChain: txHash })
  }
  return facts
}
