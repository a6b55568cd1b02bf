import type { JsonRpcProvider } from 'ethers'
import type { Bundle } from '../../protocol/evidence.ts'
import { pointer } from '../finding.ts'
import type { ChainFact } from './fact.ts'

/** The block of each anchor is the chain's at its height; and the settlement's transaction is the one that was logged. */
export async function blockFacts(provider: JsonRpcProvider, { anchors, events, batch }: Bundle): Promise<ChainFact[]> {
  const facts: ChainFact[] = []
  const all = { ...anchors, final: batch?.final }
  for (const [name, anchor] of Object.entries(all)) {
    if (!anchor) continue
    const block = await provider.getBlock(anchor.blockNumber)
    const where = name === 'final' ? pointer('batch', name, 'blockHash') : pointer('anchors', name, 'blockHash')
    facts.push({ where, found: anchor.blockHash, onChain: block?.hash ?? null })
    const index = events.findIndex(({ event }) => event.type === 'TaskSettled')
    const settled = events[index]?.event
    if (name !== (batch ? 'final' : 'settlement') || settled?.type !== 'TaskSettled') continue
    const txHash = block?.transactions[anchor.txIndex] ?? null
    facts.push({ where: pointer('events', index, 'event', 'txHash'), found: settled.txHash, onChain: txHash })
  }
  return facts
}
