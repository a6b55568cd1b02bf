import { lineFaults } from '../../protocol/batch.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import { acceptedOf } from './contribute.ts'
import { undoPayments } from './settle.ts'
import { exactLimit } from './shapley.ts'
import type { Task } from './state.ts'

/**
 * Whether a task is settled in a batch with others: as its order says, or else the consortium. A response plan reserves on
 * chain, and is settled singly.
 */
export function settlesByBatch({ authority, spec, terms }: TaskEventOf<'TaskSubmitted'>): boolean {
  if (authority.by !== 'order') return false
  return (spec.policy.settlement ?? terms.settlement ?? 'single') === 'batch'
}

/**
 * Why no right line of a batch can say how a task that has ended is settled, though its order wanted that; null when one
 * can. Such a task is settled singly.
 */
export function whyNoLine(task: Task): string | null {
  if (undoPayments(task).some(({ amount }) => amount !== '0')) return 'somebody is paid for taking something back'
  const paid = new Set([...task.subtasks.keys()].flatMap(id => acceptedOf(task, id)))
  if (paid.size > exactLimit) return `${paid.size} agents had a part in it, and a line takes ${exactLimit}`
  const known: readonly string[] = lineFaults
  const odd = task.settlement?.settlement.penalties.find(({ fault }) => !known.includes(fault))
  return odd ? `a batch cannot fine what agent ${odd.agentId} is fined for: ${odd.fault}` : null
}

/** Whether the task waits for a batch, or is in one. */
export function isForBatch(task: Task): boolean {
  return task.submitted !== null && settlesByBatch(task.submitted) && whyNoLine(task) === null
}
