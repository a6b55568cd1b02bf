import { canonicalJson } from '../../../protocol/canonical.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { type Settlement, settlementForChain } from '../../../protocol/settlement.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import type { Call } from '../chain-reader.ts'
import { OpenLines } from '../open-lines.ts'
import type { PostedBatch } from '../posted-batches.ts'
import type { UnratedTask } from './unrated.ts'

/** At most so many ratings, of the first of these tasks. */
export function firstOf(tasks: readonly UnratedTask[], most: number): UnratedTask[] {
  const first: UnratedTask[] = []
  let room = most
  for (const task of tasks) {
    if (room === 0) break
    const agentIds = new Set([...task.agentIds].slice(0, room))
    first.push({ ...task, agentIds })
    room -= agentIds.size
  }
  return first
}

/** `TaskFeedback.rate` of tasks that were settled one by one. */
export function rateCall(tasks: readonly UnratedTask[]): Call {
  const args = tasks.map(task => ({
    settlement: settlementForChain(task.settlement, task.evidence),
    said: saidBy(task),
  }))
  return { contract: 'TaskFeedback', call: 'rate', args: [args] }
}

/** `TaskFeedback.rateBatched` of tasks of one batch. */
export function rateBatchedCall(tasks: readonly UnratedTask[], { id, batch }: PostedBatch, ledger: Ledger): Call {
  const lines = new OpenLines(ledger)
  const args = tasks.map(task => ({ task: lines.task(task.batched!.line), said: saidBy(task) }))
  return { contract: 'TaskFeedback', call: 'rateBatched', args: [id, batch, args] }
}

/** The document, and where in it each rating is (`ITaskFeedback.Said`). */
function saidBy({ settlement, agentIds }: Pick<UnratedTask, 'settlement' | 'agentIds'>) {
  const document = Buffer.from(canonicalJson(settlement))
  const ratings = ratingsIn(settlement).filter(({ agentId }) => agentIds.has(agentId))
  return {
    document: `0x${document.toString('hex')}` as Hex,
    ratings: ratings.map(rating => ({ ...rating, place: BigInt(document.indexOf(canonicalJson(rating))) })),
  }
}

const ratingsIn = ({ ratings }: Settlement) => ratings ?? []
