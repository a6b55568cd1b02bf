import type { ChainRecord } from '../../protocol/chain-message.ts'
import { signDocument } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { settlementForChain } from '../../protocol/settlement.ts'
import { isForBatch, settlesByBatch } from '../flow/by-batch.ts'
import type { Task } from '../flow/state.ts'
import { tenant } from '../tenant.ts'
import type { World } from './context.ts'
import { reservationOf } from './fund.ts'
import { raise } from './raise.ts'
import { type MessageKey, unrefused } from './unrefused.ts'

/** Who gave it up, in the dead letter of a settlement that was refused. */
export const settlementLetter = 'settlement'

export const settleOperation = 'settle'

/** The message under which a task's settlement goes to the chain first. */
export const settleKey = (taskId: string) => ({ tenant, operation: settleOperation, businessId: taskId })

type Computed = TaskEventOf<'SettlementComputed'>

/**
 * Signs the settlement and has it carried out; the contract pays once, whoever asks again. What is settled by a batch is a
 * settler's. What is refused for good is for people; nothing is lost, since after the task's deadline anyone can give the
 * budget back to the requester (Escrow.reclaim).
 */
export async function settle(world: World, task: Task, computed: Computed): Promise<void> {
  if (task.settled || isForBatch(task)) return
  const { taskId } = task
  let outcome: ChainRecord
  try {
    outcome = await carry(world, task, computed, key => key)
  } catch (error) {
    if (!(error instanceof EntenteError) || error.retry) throw error
    const cause = `the settlement was refused: ${error.code}: ${error.message}`
    await raise(world, taskId, computed, { by: settlementLetter, cause, attempts: 1 })
    world.log.error({ err: error, taskId }, 'the chain refused the settlement')
    return
  }
  await record(world, taskId, outcome)
}

/**
 * Once more, when a person has seen to what it was refused for.
 * @throws EntenteError as it is refused now
 */
export async function settleAgain(world: World, taskId: Hex): Promise<void> {
  const { task } = await world.tasks.read(taskId)
  if (task.settled || !task.settlement) return
  await record(world, taskId, await carry(world, task, task.settlement, key => unrefused(world.jsm, key)))
}

/**
 * Where no line of a batch can say how a task ended that was to be settled by one, its budget is reserved only now.
 * @param triedAs under which key a message goes now
 */
async function carry(
  { carryOut, domain, privateKey, proofs }: World,
  { taskId, submitted }: Task,
  { settlement, settlementHash }: Computed,
  triedAs: (first: MessageKey) => MessageKey | Promise<MessageKey>,
): Promise<ChainRecord> {
  if (submitted!.authority.by === 'order' && settlesByBatch(submitted!)) {
    const reservation = reservationOf(taskId, submitted!.authority)
    await carryOut({ ...reservation, ...(await triedAs(reservation)) })
  }
  const document = settlementForChain(settlement, settlementHash)
  const outcome = await carryOut({
    ...(await triedAs(settleKey(taskId))),
    from: 'relayer',
    contract: 'Escrow',
    call: 'settle',
    args: [document, signDocument(domain, 'Settlement', document, privateKey)],
    value: '0',
    prove: true,
  })
  proofs.note(outcome)
  return outcome
}

async function record({ handle, actedOn }: World, taskId: Hex, { messageId, txHash, blockNumber }: ChainRecord) {
  const settled = { txHash: txHash!, blockNumber: blockNumber! }
  await handle(taskId, () => ({ type: 'recordSettlement', atMs: Date.now(), ...settled }))
  await actedOn(messageId)
}
