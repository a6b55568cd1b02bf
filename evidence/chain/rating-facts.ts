import type { JsonRpcProvider } from 'ethers'
import type { Bundle } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { readLog } from '../anchored-log.ts'
import { eventAt } from '../finding.ts'
import { addressOf } from './address-of.ts'
import type { ChainFact } from './fact.ts'

/** What the reputation registry was told of this task is what its settlement says. What it was not told yet is no fault. */
export async function ratingFacts(provider: JsonRpcProvider, bundle: Bundle): Promise<ChainFact[]> {
  const { taskId, events, anchors } = bundle
  const index = events.findIndex(({ event }) => event.type === 'SettlementComputed')
  const computed = events[index]?.event
  if (computed?.type !== 'SettlementComputed' || !computed.settlement.ratings) return []
  const address = await addressOf(provider, bundle, 'TaskFeedback')
  const fromBlock = anchors.settlement?.blockNumber ?? 0
  const logs = await provider.getLogs({ address, topics: [null, taskId], fromBlock })
  const told = new Map<string, number>()
  for (const { topics, data } of logs) {
    const log = readLog({ address, topics: topics as Hex[], data: data as Hex })
    if (log?.event === 'TaskRated') told.set(`${log.args.agentId}`, log.args.score)
  }
  return computed.settlement.ratings.flatMap(({ agentId, score }, place) => {
    const onChain = told.get(agentId)
    const where = eventAt(index, 'settlement', 'ratings', place, 'score')
    return onChain === undefined ? [] : [{ where, found: score, onChain }]
  })
}
