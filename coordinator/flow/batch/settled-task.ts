import { lineFaults, type Signature } from '../../../protocol/batch.ts'
import type { TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import { type Hex, keccak256 } from '../../../protocol/hash.ts'
import { acceptedOf, gameOf } from '../contribute.ts'
import { evolve } from '../evolve.ts'
import { attemptOf, chosenOf } from '../grow.ts'
import type { AgentFault } from '../progress.ts'
import { coalitionValues } from '../shapley.ts'
import { type Task, unknownTask } from '../state.ts'
import type { DuePenalty, PaidReceipt, SettledTask } from './build-batch.ts'

/** An entry of a task's log, and the leaf of the evidence log that it is. */
export interface KeptEntry {
  readonly events: readonly TaskEvent[]
  readonly leaf: Hex
  /** Of the leaf in the evidence log. */
  readonly index: number
}

/**
 * What a batch says of a task, from the task's own log and nothing else: a settler builds its lines of this, and whoever
 * audits or verifies them computes it again.
 *
 * @param entries from the first on, at least to the one that has the settlement
 * @throws RangeError for a log without an order and a settlement, or whose settlement no line can say
 */
export function settledTaskOf(taskId: Hex, entries: readonly KeptEntry[]): SettledTask {
  const { task, faults } = replayed(taskId, entries)
  const { submitted, settlement: computed } = task
  if (submitted?.authority.by !== 'order' || !computed) throw new RangeError(`task ${taskId} has no settlement to say`)
  const { order, signature } = submitted.authority
  const { settlement, settlementHash } = computed
  const { agents, worthOf } = gameOf(task)
  return {
    order: { ...order, budget: BigInt(order.budget), deadline: BigInt(order.deadline), nonce: BigInt(order.nonce) },
    signature: signatureOf(signature as Hex),
    pool: settlement.payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    fee: BigInt(settlement.fee),
    receipts: agents.map(agentId => receiptOf(task, agentId, entries)),
    values: coalitionValues(agents.length, worthOf),
    penalties: settlement.penalties.map(penalty => penaltyOf(penalty, faults)),
    evidence: settlementHash,
  }
}

/** A fault, and the entry that states it. */
interface StatedFault {
  readonly fault: AgentFault
  readonly attempt: number
  readonly wallet: Hex
  readonly commit: TaskEventOf<'ResultCommitted'> | null
  readonly entry: KeptEntry
}

function replayed(taskId: Hex, entries: readonly KeptEntry[]): { task: Task; faults: StatedFault[] } {
  let task = unknownTask(taskId)
  const faults: StatedFault[] = []
  const commits = new Map<string, TaskEventOf<'ResultCommitted'>>()
  for (const entry of entries) {
    for (const event of entry.events) {
      if (event.type === 'ResultCommitted') commits.set(commitKey(event), event)
      const before = 'subtaskId' in event ? task.subtasks.get(event.subtaskId) : undefined
      task = evolve(task, event)
      if (!before) continue
      for (const fault of task.subtasks.get(before.id)!.faults.slice(before.faults.length)) {
        const { agentId, subtaskId } = fault
        const attempt = attemptOf(before, agentId)
        const wallet = chosenOf(before).find(choice => choice.agentId === agentId)?.wallet ?? nobody
        faults.push({
          fault,
          attempt,
          wallet,
          commit: commits.get(commitKey({ subtaskId, attempt, agentId })) ?? null,
          entry,
        })
      }
    }
  }
  return { task, faults }
}

const commitKey = ({ subtaskId, attempt, agentId }: { subtaskId: string; attempt: number; agentId: string }) =>
  `${subtaskId}/${attempt}/${agentId}`

/** Of the results of an agent that stand, the first: one is enough to be paid for. */
function receiptOf(task: Task, agentId: string, entries: readonly KeptEntry[]): PaidReceipt {
  const subtask = [...task.subtasks.values()].find(({ id }) => acceptedOf(task, id).includes(agentId))!
  for (const event of entries.flatMap(({ events }) => events)) {
    if (event.type !== 'ResultReceived' || event.answer.kind !== 'result') continue
    const { subtaskId, attempt, answer } = event
    if (event.agentId !== agentId || subtaskId !== subtask.id || attempt !== attemptOf(subtask, agentId)) continue
    const { inputHash, outputHash, startedAtMs, finishedAtMs } = answer.receipt
    return {
      ...{ agentId: BigInt(agentId), subtask: hashOf(subtaskId), attempt, inputHash, outputHash },
      ...{ startedAtMs: BigInt(startedAtMs), finishedAtMs: BigInt(finishedAtMs) },
      wallet: chosenOf(subtask).find(choice => choice.agentId === agentId)!.wallet,
      signature: signatureOf(answer.signature),
    }
  }
  throw new RangeError(`the log has no receipt of agent ${agentId}`)
}

type Penalty = TaskEventOf<'SettlementComputed'>['settlement']['penalties'][number]

function penaltyOf(penalty: Penalty, faults: readonly StatedFault[]): DuePenalty {
  const { agentId, amount, fault, subtaskId, evidence } = penalty
  const stated = faults.find(
    ({ fault: each }) =>
      each.agentId === agentId && each.fault === fault && each.subtaskId === subtaskId && each.evidence === evidence,
  )
  const place = (lineFaults as readonly string[]).indexOf(fault)
  if (!stated || place < 0) throw new RangeError(`no line can say that agent ${agentId} is fined for ${fault}`)
  const { attempt, wallet, commit, entry } = stated
  const signed = commit
    ? { commitment: commit.commitment, wallet, signature: signatureOf(commit.signature) }
    : { commitment: noWord, wallet: nobody, signature: { r: noWord, s: noWord, v: 0 } }
  return {
    ...{ agentId: BigInt(agentId), subtask: hashOf(subtaskId), attempt, amount: BigInt(amount), fault: place },
    ...{ evidence: entry.leaf, evidenceIndex: BigInt(entry.index), ...signed },
  }
}

const nobody: Hex = `0x${'00'.repeat(20)}`
const noWord: Hex = `0x${'00'.repeat(32)}`

function hashOf(subtaskId: string): Hex {
  return keccak256(Buffer.from(subtaskId))
}

/** r ‖ s ‖ v, as parties sign. */
function signatureOf(signature: Hex): Signature {
  return {
    r: `0x${signature.slice(2, 66)}`,
    s: `0x${signature.slice(66, 130)}`,
    v: Number.parseInt(signature.slice(130), 16),
  }
}
