import { signDocument } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import { settlementForChain } from '../../protocol/settlement.ts'
import { isForBatch, settlesByBatch } from '../flow/by-batch.ts'
import type { Task } from '../flow/state.ts'
import { tenant } from '../tenant.ts'
import type { World } from './context.ts'
import { reservationOf } from './fund.ts'

/** The message under which a task's settlement goes to the chain. */
export const settleKey = (taskId: string) => ({ tenant, operation: 'settle', businessId: taskId })

/**
 * Signs the settlement and has it carried out; the contract pays once, whoever asks again. What is settled by a batch is a
 * settler's; where no line of a batch can say how it ended, its budget is reserved only now.
 */
export async function settle(
  { carryOut, handle, actedOn, domain, privateKey, proofs, log }: World,
  task: Task,
  { settlement, settlementHash }: TaskEventOf<'SettlementComputed'>,
): Promise<void> {
  const { taskId, submitted } = task
  if (task.settled || isForBatch(task)) return
  const document = settlementForChain(settlement, settlementHash)
  const signature = signDocument(domain, 'Settlement', document, privateKey)
  try {
    if (submitted!.authority.by === 'order' && settlesByBatch(submitted!)) {
      await carryOut(reservationOf(taskId, submitted!.authority))
    }
    const outcome = await carryOut({
      ...settleKey(taskId),
      from: 'relayer',
      contract: 'Escrow',
      call: 'settle',
      args: [document, signature],
      value: '0',
      prove: true,
    })
    proofs.note(outcome)
    const { messageId, txHash, blockNumber } = outcome
    const record = { txHash: txHash!, blockNumber: blockNumber! }
    await handle(taskId, () => ({ type: 'recordSettlement', atMs: Date.now(), ...record }))
    await actedOn(messageId)
  } catch (error) {
    if (!(error instanceof EntenteError) || error.retry) throw error
    // Nothing is lost: after the task's deadline anyone can give the budget back to the requester (Escrow.reclaim).
    log.error({ err: error, taskId }, 'the chain refused the settlement')
  }
}
