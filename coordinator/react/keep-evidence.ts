import { canonicalJson, contentHash } from '../../protocol/canonical.ts'
import type { TaskEntry, TaskEvent } from '../../protocol/events.ts'
import type { Leaf } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { World } from './context.ts'

/**
 * Every event becomes a leaf of the evidence log, in the order of its task. The proof itself is the one that cannot.
 * What another coordinator had taken up before it died comes again only when its lease ends: whoever is at a later entry
 * by then keeps the earlier events first.
 */
export async function keepEvidence(world: World, { taskId, first, events }: TaskEntry): Promise<void> {
  const { keeper, tasks } = world
  if (keeper.sentOf(taskId) < first && !keeper.has(taskId, first)) {
    const earlier = (await tasks.history(taskId)).slice(0, first)
    for (const [index, event] of earlier.entries()) {
      if (!keeper.holds(taskId, index)) await keep(world, taskId, index, event)
    }
  }
  for (const [offset, event] of events.entries()) await keep(world, taskId, first + offset, event)
  keeper.sent(taskId, first + events.length)
}

async function keep({ js }: World, taskId: Hex, index: number, event: TaskEvent): Promise<void> {
  if (event.type === 'TaskProven') return
  const leaf: Leaf = { taskId, index, type: event.type, hash: contentHash(event) }
  await js.publish(subjects.evidence('event'), canonicalJson(leaf), { msgID: `${taskId}/${index}` })
}
