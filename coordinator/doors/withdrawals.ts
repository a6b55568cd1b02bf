import { ChainEvent } from '../../protocol/chain-event.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { endStates } from '../../protocol/task.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { consume } from '../consume.ts'
import { hasBegun } from '../flow/cancel.ts'
import type { World } from '../react/context.ts'

const noTask: Hex = `0x${'00'.repeat(32)}`

/** The durable consumer by which coordinators share these messages. */
export const withdrawalsConsumer = 'coordinator-withdrawals'

/**
 * Alerts that a quorum of attestors withdrew on chain. A task that such an alert opened is cancelled if no work has been
 * given out; otherwise it goes on.
 */
export function withdrawalsDoor(world: World) {
  return consume(world, {
    stream: streams.chainEvents,
    durable: withdrawalsConsumer,
    subject: subjects.chainEvent('ResponsePlans', 'AlertCancelled'),
    onFailure: 'dead-letter',
    keyOf: ({ subject }) => subject,
    async take(message) {
      const event = parseJson(ChainEvent, message.data)
      if (event) await withdraw(world, event)
      else world.log.warn({ subject: message.subject }, 'what is no chain event was left out')
    },
  })
}

async function withdraw({ handle, log, tasks }: World, event: ChainEvent): Promise<void> {
  const { taskId, cancelHash } = event.args as Record<string, Hex>
  // Withdrawn before it opened anything: the contract sees to it that it never will.
  if (taskId === noTask) return
  const { address: contract, txHash, blockNumber } = event
  // Work that another coordinator has given out meanwhile must be seen.
  await tasks.reread(taskId!)
  await handle(taskId!, task => {
    if (!task.submitted) throw new Error(`the opening of task ${taskId} was not read yet`)
    if (endStates.has(task.state as never)) return null
    if (hasBegun(task)) log.warn({ taskId, txHash }, 'its alert was withdrawn; work has begun, so the task goes on')
    const by = { cancelHash: cancelHash!, contract, txHash, blockNumber }
    return { type: 'cancel', atMs: Date.now(), reason: 'the alert that opened it was withdrawn on chain', by }
  })
}
