import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Authority } from '../../protocol/task.ts'
import { awaitOutcome, type NewIntent, submitIntent } from '../../stack/chain-intent.ts'
import { urgencyOf } from '../ahead.ts'
import { settlesByBatch } from '../flow/by-batch.ts'
import { priorityOf } from '../flow/priority.ts'
import type { Task } from '../flow/state.ts'
import { anchorTimeoutMs, tenant } from '../tenant.ts'
import type { World } from './context.ts'

/**
 * Reserves the budget in escrow by the requester's order. A response plan reserved its own when it opened the task; for one
 * that is settled by a batch, a settler sees to it that the requester's account covers it.
 */
export async function fund({ nc, handle, actedOn, ahead }: World, task: Task, submitted: TaskEventOf<'TaskSubmitted'>) {
  if (submitted.authority.by === 'response-plan' || task.funded || settlesByBatch(submitted)) return
  try {
    const priority = priorityOf(submitted)
    const urgent = priority === 'emergency' ? { urgent: true as const } : {}
    const intent = { ...reservationOf(task.taskId, submitted.authority), ...urgent }
    const { messageId } = await ahead.funding(() => submitIntent(nc, intent), urgencyOf(priority))
    const { txHash, blockNumber, blockHash } = await awaitOutcome(nc, messageId, { timeoutMs: anchorTimeoutMs })
    const funding = { txHash: txHash!, blockNumber: blockNumber!, blockHash: blockHash! }
    await handle(task.taskId, () => ({ type: 'recordFunding', atMs: Date.now(), ...funding }))
    await actedOn(messageId)
  } catch (error) {
    if (!(error instanceof EntenteError) || error.code !== 'CHAIN_REVERTED') throw error
    const refusal = { code: 'BUDGET_NOT_FUNDED', reason: error.message }
    await handle(task.taskId, () => ({ type: 'reject', atMs: Date.now(), ...refusal }))
  }
}

/** The message that reserves the budget of an order. */
export function reservationOf(taskId: Hex, { order, signature }: Extract<Authority, { by: 'order' }>): NewIntent {
  return {
    tenant,
    operation: 'reserve',
    businessId: taskId,
    from: 'relayer',
    contract: 'Escrow',
    call: 'reserve',
    args: [{ ...order, deadline: `${order.deadline}` }, signature],
  }
}
