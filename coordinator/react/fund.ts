import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../stack/chain-intent.ts'
import { urgencyOf } from '../ahead.ts'
import { priorityOf } from '../flow/priority.ts'
import type { Task } from '../flow/state.ts'
import { anchorTimeoutMs, tenant } from '../tenant.ts'
import type { World } from './context.ts'

/** Reserves the budget in escrow by the requester's order. A response plan reserved its own when it opened the task. */
export async function fund({ nc, handle, ahead }: World, task: Task, submitted: TaskEventOf<'TaskSubmitted'>) {
  const { authority } = submitted
  if (authority.by === 'response-plan' || task.funded) return
  const { order, signature } = authority
  try {
    const priority = priorityOf(submitted)
    const intent = {
      tenant,
      operation: 'reserve',
      businessId: task.taskId,
      from: 'relayer' as const,
      contract: 'Escrow',
      call: 'reserve',
      args: [{ ...order, deadline: `${order.deadline}` }, signature],
      value: '0',
      prove: false,
      ...(priority === 'emergency' ? { urgent: true as const } : {}),
    }
    const { messageId } = await ahead.funding(() => submitIntent(nc, intent), urgencyOf(priority))
    const { txHash, blockNumber, blockHash } = await awaitOutcome(nc, messageId, { timeoutMs: anchorTimeoutMs })
    const funding = { txHash: txHash!, blockNumber: blockNumber!, blockHash: blockHash! }
    await handle(task.taskId, () => ({ type: 'recordFunding', atMs: Date.now(), ...funding }))
    await completeMessage(nc, messageId)
  } catch (error) {
    if (!(error instanceof EntenteError) || error.code !== 'CHAIN_REVERTED') throw error
    const refusal = { code: 'BUDGET_NOT_FUNDED', reason: error.message }
    await handle(task.taskId, () => ({ type: 'reject', atMs: Date.now(), ...refusal }))
  }
}
