import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Hex } from '../../protocol/hash.ts'
import { hasBegun } from '../flow/cancel.ts'
import { isEnded } from '../flow/state.ts'
import type { World } from '../react/context.ts'
import { planEventsDoor } from './plan-events.ts'

const noTask: Hex = `0x${'00'.repeat(32)}`

/** The durable consumer by which coordinators share these messages. */
export const withdrawalsConsumer = 'coordinator-withdrawals'

/**
 * Alerts that a quorum of attestors withdrew on chain. A task that such an alert opened is cancelled if no work has been
 * given out; otherwise it goes on.
 */
export function withdrawalsDoor(world: World) {
  const source = { event: 'AlertCancelled', durable: withdrawalsConsumer }
  return planEventsDoor(world, source, event => withdraw(world, event))
}

async function withdraw({ handle, log }: World, event: ChainEvent): Promise<void> {
  const { taskId, cancelHash } = event.args as Record<string, Hex>
  // Withdrawn before it opened anything: the contract sees to it that it never will.
  if (taskId === noTask) return
  const { address: contract, txHash, blockNumber } = event
  await handle(taskId!, task => {
    if (!task.submitted) throw new Error(`the opening of task ${taskId} was not read yet`)
    if (isEnded(task)) return null
    if (hasBegun(task)) log.warn({ taskId, txHash }, 'its alert was withdrawn; work has begun, so the task goes on')
    const by = { cancelHash: cancelHash!, contract, txHash, blockNumber }
    return { type: 'cancel', atMs: Date.now(), reason: 'the alert that opened it was withdrawn on chain', by }
  })
}
