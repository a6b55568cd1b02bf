import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { readRecords } from '../../stack/chain-records.ts'
import { checkpointOperation } from '../keeper.ts'
import type { World } from '../react/context.ts'
import { reserveOperation } from '../react/fund.ts'
import { settleOperation } from '../react/settle.ts'
import { tenant } from '../tenant.ts'

/**
 * An outcome is told again where the coordinator that acted on it died before it said so. Another says so for it, once the task has
 * what came of it in its log.
 */
export async function hearAgain(world: World, messageId: Hex): Promise<void> {
  const [received] = await readRecords(world.jsm, messageId)
  const intent = received?.record.intent
  if (intent?.tenant === tenant && (await isActedOn(world, intent))) await world.actedOn(messageId)
}

async function isActedOn({ tasks }: World, { operation, businessId }: ChainIntent): Promise<boolean> {
  // Whoever waited for it and died has left its task to another, that takes one of its own.
  if (operation === checkpointOperation) return true
  // A try that a person asked for has its number behind the task's id.
  const { task } = await tasks.reread(businessId.split('/')[0] as Hex)
  if (operation === reserveOperation) return task.funded
  return operation === settleOperation && task.settled
}
