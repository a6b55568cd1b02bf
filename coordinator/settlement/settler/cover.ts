import type { Handle } from '../../handle.ts'
import type { ChainReader } from '../chain-reader.ts'
import type { BatchTask, BatchTasks } from './batch-tasks.ts'

/**
 * Looks whether the requester's account covers a budget, beside all that its other tasks may take: then the task may begin.
 * The chain is asked whether it would reserve the budget now, which is all that it would ask of an order, and reserves
 * nothing. What was covered can still be withdrawn with notice, which is longer than a task waits for its batch.
 */
export async function cover(
  { reader, handle, tasks, confirmations }: Covering,
  { taskId, requester, authority, budget }: BatchTask,
): Promise<void> {
  const { order, signature } = authority
  const numbers = { budget, deadline: BigInt(order.deadline), nonce: BigInt(order.nonce) }
  const refusal = await reader.tryCall(requester, {
    contract: 'Escrow',
    call: 'reserve',
    args: [{ ...order, ...numbers }, signature],
  })
  const { balance } = await reader.read('Escrow', 'accountOf', [requester])
  const pledged = tasks.pledgedBy(requester)
  const why =
    refusal ?? (balance < pledged + budget ? `of its account's ${balance}, other tasks may take ${pledged}` : null)
  if (why !== null) {
    await handle(taskId, () => ({ type: 'reject', atMs: Date.now(), code: 'BUDGET_NOT_FUNDED', reason: why }))
    return
  }
  const { number, hash } = await reader.block(confirmations)
  await handle(taskId, () => ({ type: 'recordCover', atMs: Date.now(), blockNumber: number, blockHash: hash }))
}

export interface Covering {
  readonly reader: ChainReader
  readonly handle: Handle
  readonly tasks: BatchTasks
  /** Blocks on top of a block after which it is final for us. */
  readonly confirmations: number
}
