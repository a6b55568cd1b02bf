import type { JetStreamManager } from '@nats-io/jetstream'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import type { Log } from '../../../stack/log.ts'
import type { SettledTask } from '../../flow/batch/build-batch.ts'
import { settledTaskOf } from '../../flow/batch/settled-task.ts'
import { isForBatch } from '../../flow/by-batch.ts'
import type { TaskLog } from '../../log/task-log.ts'
import type { ChainReader } from '../chain-reader.ts'
import type { EvidenceLeaves } from '../evidence-leaves.ts'
import { readKeptEntries } from '../kept-entries.ts'
import type { Rules } from '../read-facts.ts'
import type { BatchTask, BatchTasks } from './batch-tasks.ts'

export interface Gathering {
  readonly log: Log
  readonly jsm: JetStreamManager
  readonly logs: TaskLog
  readonly reader: ChainReader
  readonly evidence: EvidenceLeaves
  readonly tasks: BatchTasks
  readonly rules: Rules
  /** The batch that stands and settles the task; null where none does. */
  settling(taskId: Hex): bigint | null
}

/** What a contract takes of requesters in one batch (`Batches.MAX_DEBITS`). */
const maxRequesters = 256

/**
 * Of the tasks that wait those that a batch can settle now, the oldest first, and at most so many. Left out is what another
 * batch settles, what came too late, and whatever its requester's account cannot pay: one such would keep all others from
 * being settled.
 */
export async function gather(around: Gathering, waiting: readonly BatchTask[], most: number): Promise<SettledTask[]> {
  const { log, reader, tasks, rules } = around
  const nowS = BigInt(await reader.now())
  const left = new Map<Address, bigint>()
  const gathered: SettledTask[] = []
  for (const { taskId, requester } of waiting) {
    if (gathered.length === most) break
    if (around.settling(taskId) !== null) continue
    const settled = await settledTask(around, taskId)
    if (!settled) continue
    if (settled.order.deadline + rules.graceSeconds <= nowS) {
      log.error({ taskId }, 'the task can be settled no more: its order ended before a batch was posted')
      tasks.forget(taskId)
      continue
    }
    if (!left.has(requester)) {
      if (left.size === maxRequesters) continue
      const { balance, leaving } = await reader.read('Escrow', 'accountOf', [requester])
      left.set(requester, balance + leaving)
    }
    const rest = left.get(requester)! - settled.pool - settled.fee
    if (rest < 0n) log.warn({ taskId, requester }, 'the account of the requester does not pay for the task: it waits')
    else {
      left.set(requester, rest)
      gathered.push(settled)
    }
  }
  return gathered
}

/** As its log has it; null while that is not all in evidence, and for what is settled singly. */
async function settledTask({ log, jsm, logs, evidence, tasks }: Gathering, taskId: Hex): Promise<SettledTask | null> {
  const { task } = await logs.read(taskId)
  if (!isForBatch(task)) {
    tasks.forget(taskId)
    return null
  }
  const entries = await readKeptEntries(jsm, evidence, taskId)
  if (!Array.isArray(entries)) {
    log.debug({ taskId, entries }, 'a task is not all in evidence yet')
    return null
  }
  return settledTaskOf(taskId, entries)
}
