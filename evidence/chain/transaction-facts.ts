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
  { txHash, blockNumber, blockHash }: TaskEventOf<'TaskFunded'>,
  index: number,
): Promise<ChainFact[]> {
  const log = await logOf(provider, { txHash, contract: chain.escrow }, 'TaskFunded', taskId)
  const submitted = events[0]?.event as TaskEventOf<'TaskSubmitted'>
  if (!log) return [{ where: eventAt(index, 'txHash'), found: txHash, onChain: null }]
  return [
    { where: eventAt(index, 'blockNumber'), found: blockNumber, onChain: log.blockNumber },
    ...(blockHash ? [{ where: eventAt(index, 'blockHash'), found: blockHash, onChain: log.blockHash }] : []),
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
  const log = await logOf(provider, authority, 'TaskOpened', taskId)
  if (!log) return [{ where: at('txHash'), found: authority.txHash, onChain: null }]
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
  const log = await logOf(provider, by, 'AlertCancelled', taskId)
  if (!log) return [{ where: at('txHash'), found: by.txHash, onChain: null }]
  return [
    { where: at('blockNumber'), found: by.blockNumber, onChain: log.blockNumber },
    { where: at('cancelHash'), found: by.cancelHash, onChain: log.args.cancelHash },
  ]
}

interface Transaction {
  readonly txHash: Hex
  readonly contract: Hex
}
type LogOf<E extends AnchoredLog['event']> = Extract<AnchoredLog, { event: E }> & {
  readonly blockNumber: number
  readonly blockHash: Hex
}

/** What a contract logged of the task in a transaction; null when the chain has no such log. */
async function logOf<E extends 'TaskFunded' | 'TaskOpened' | 'AlertCancelled'>(
  provider: JsonRpcProvider,
  { txHash, contract }: Transaction,
  name: E,
  taskId: Hex,
): Promise<LogOf<E> | null> {
  const receipt = await provider.getTransactionReceipt(txHash)
  for (const { address, topics, data, blockNumber, blockHash } of receipt?.logs ?? []) {
    if (address.toLowerCase() !== contract) continue
    const log = readLog({ address: contract, topics: topics as Hex[], data: data as Hex })
    if (log?.event === name && 'taskId' in log.args && log.args.taskId === taskId) {
      return { ...log, blockNumber, blockHash: blockHash as Hex } as LogOf<E>
    }
  }
  return null
}
