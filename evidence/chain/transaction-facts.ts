import type { JsonRpcProvider } from 'ethers'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type AnchoredLog, readLog } from '../anchored-log.ts'
import { eventAt } from '../finding.ts'
import type { ChainFact } from './fact.ts'

/** The transactions that opened and funded the task, and the one that withdrew its alert, did just that. */
export async function transactionFacts(provider: JsonRpcProvider, bundle: Bundle): Promise<ChainFact[]> {
  const facts = await Promise.all(
    bundle.events.map(({ event }, index) => {
      if (event.type === 'TaskFunded') return fundingFacts(provider, bundle, event, index)
      if (event.type === 'TaskSubmitted') return openingFacts(provider, bundle, event, index)
      if (event.type === 'TaskCanceled') return withdrawalFacts(provider, bundle, event, index)
      return []
    }),
  )
  return facts.flat()
}

async function fundingFacts(
  provider: JsonRpcProvider,
  { taskId, chain, events }: Bundle,
  { txHash, blockNumber }: TaskEventOf<'TaskFunded'>,
  index: number,
): Promise<ChainFact[]> {
  const logs = await logsOf(provider, txHash, chain.escrow)
  const log = logs.find(({ event, args }) => event === 'TaskFunded' && args.taskId === taskId)
  const submitted = events[0]?.event as TaskEventOf<'TaskSubmitted'>
  if (log?.event !== 'TaskFunded') return [{ where: eventAt(index, 'txHash'), found: txHash, onChain: null }]
  return [
    { where: eventAt(index, 'blockNumber'), found: blockNumber, onChain: log.blockNumber },
    { where: eventAt(0, 'budget'), found: submitted.budget, onChain: log.args.budget },
    { where: eventAt(0, 'deadlineMs'), found: submitted.deadlineMs, onChain: BigInt(log.args.deadline) * 1000n },
    {
      where: eventAt(0, 'requester', 'address'),
      found: submitted.requester.address,
      onChain: log.args.requester.toLowerCase(),
    },
  ]
}

async function openingFacts(
  provider: JsonRpcProvider,
  { taskId }: Bundle,
  { authority }: TaskEventOf<'TaskSubmitted'>,
  index: number,
): Promise<ChainFact[]> {
  if (authority.by === 'order') return []
  const at = (field: string) => eventAt(index, 'authority', field)
  const logs = await logsOf(provider, authority.txHash, authority.contract)
  const log = logs.find(({ event, args }) => event === 'TaskOpened' && args.taskId === taskId)
  if (log?.event !== 'TaskOpened') return [{ where: at('txHash'), found: authority.txHash, onChain: null }]
  return [
    { where: at('blockNumber'), found: authority.blockNumber, onChain: log.blockNumber },
    { where: at('planId'), found: authority.planId, onChain: log.args.planId },
    { where: at('alertHash'), found: authority.alertHash, onChain: log.args.alertHash },
    { where: at('specHash'), found: authority.specHash, onChain: log.args.specHash },
  ]
}

async function withdrawalFacts(
  provider: JsonRpcProvider,
  { taskId }: Bundle,
  { by }: TaskEventOf<'TaskCanceled'>,
  index: number,
): Promise<ChainFact[]> {
  if (!by || !('cancelHash' in by)) return []
  const at = (field: string) => eventAt(index, 'by', field)
  const logs = await logsOf(provider, by.txHash, by.contract)
  const log = logs.find(({ event, args }) => event === 'AlertCancelled' && args.taskId === taskId)
  if (log?.event !== 'AlertCancelled') return [{ where: at('txHash'), found: by.txHash, onChain: null }]
  return [
    { where: at('blockNumber'), found: by.blockNumber, onChain: log.blockNumber },
    { where: at('cancelHash'), found: by.cancelHash, onChain: log.args.cancelHash },
  ]
}

type MinedLog = AnchoredLog & { readonly blockNumber: number }

/** What a contract logged in a transaction; nothing when the chain does not have it. */
async function logsOf(provider: JsonRpcProvider, txHash: Hex, contract: Hex): Promise<MinedLog[]> {
  const receipt = await provider.getTransactionReceipt(txHash)
  return (receipt?.logs ?? []).flatMap(({ address, topics, data, blockNumber }) => {
    if (address.toLowerCase() !== contract) return []
    const log = readLog({ address: contract, topics: topics as Hex[], data: data as Hex })
    return log ? [{ ...log, blockNumber }] : []
  })
}
