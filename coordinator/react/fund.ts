import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Authority } from '../../protocol/task.ts'
import type { NewIntent } from '../../stack/chain-intent.ts'
import { urgencyOf } from '../ahead.ts'
import { settlesByBatch } from '../flow/by-batch.ts'
import type { Command, CommandOf } from '../flow/command.ts'
import { priorityOf } from '../flow/priority.ts'
import type { Task } from '../flow/state.ts'
import { tenant } from '../tenant.ts'
import type { World } from './context.ts'
import { planOrRefusal } from './plan.ts'
import { screeningOf } from './screen-task.ts'

export const reserveOperation = 'reserve'

type Funding = Omit<CommandOf<'recordFunding'>, 'type' | 'atMs'>

/**
 * Reserves the budget in escrow by the requester's order. A response plan reserved its own when it opened the task; for one
 * that is settled by a batch, a settler sees to it that the requester's account covers it.
 */
export async function fund(world: World, task: Task, submitted: TaskEventOf<'TaskSubmitted'>) {
  const { carryOut, handle, actedOn, ahead } = world
  if (submitted.authority.by === 'response-plan' || task.funded || settlesByBatch(submitted)) return
  const priority = priorityOf(submitted)
  const urgent = priority === 'emergency' ? { urgent: true as const } : {}
  const intent = { ...reservationOf(task.taskId, submitted.authority), ...urgent }
  const outcome = await carryOut(intent, hand => ahead.funding(hand, urgencyOf(priority))).catch(refusalOrThrow)
  if ('reason' in outcome) {
    await handle(task.taskId, () => ({ type: 'reject', atMs: Date.now(), ...outcome }))
    return
  }
  const { messageId, txHash, blockNumber, blockHash } = outcome
  const funding = { txHash: txHash!, blockNumber: blockNumber!, blockHash: blockHash! }
  await ahead.planning(() => recordFunding(world, task, funding), urgencyOf(priority))
  await actedOn(messageId)
}

/** Of chain or gateway: what may pass is thrown, and tried again. */
function refusalOrThrow(error: unknown) {
  if (!(error instanceof EntenteError) || error.retry) throw error
  return { code: 'BUDGET_NOT_FUNDED', reason: `${error.code}: ${error.message}` }
}

/**
 * What was funded is screened and planned in the same entry, where all that it takes is at hand; otherwise that follows from
 * the entry, as often as it takes.
 */
async function recordFunding(world: World, task: Task, funding: Funding): Promise<void> {
  const funded = { type: 'recordFunding', atMs: Date.now(), ...funding } as const
  const next = await screenedAndPlanned(world, task).catch((error: unknown) => {
    if (!(error instanceof EntenteError)) throw error
    return []
  })
  await world.handle(task.taskId, () => [funded, ...next])
}

async function screenedAndPlanned(world: World, task: Task): Promise<Command[]> {
  return [await screeningOf(world, task), await planOrRefusal(world, task)]
}

/** The message that reserves the budget of an order. */
export function reservationOf(taskId: Hex, { order, signature }: Extract<Authority, { by: 'order' }>): NewIntent {
  return {
    tenant,
    operation: reserveOperation,
    businessId: taskId,
    from: 'relayer',
    contract: 'Escrow',
    call: 'reserve',
    args: [{ ...order, deadline: `${order.deadline}` }, signature],
  }
}
