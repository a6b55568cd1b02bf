import { canonicalJson, contentHash } from '../../protocol/canonical.ts'
import type { TaskEntry } from '../../protocol/events.ts'
import type { Leaf } from '../../protocol/evidence.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { World } from './context.ts'

/** Every event becomes a leaf of the evidence log, in the order of its task. The proof itself is the one that cannot. */
export async function keepEvidence({ js }: World, { taskId, first, events }: TaskEntry): Promise<void> {
  for (const [offset, event] of events.entries()) {
    if (event.type === 'TaskProven') continue
    const leaf: Leaf = { taskId, index: first + offset, type: event.type, hash: contentHash(event) }
    await js.publish(subjects.evidence('event'), canonicalJson(leaf), { msgID: `${taskId}/${leaf.index}` })
  }
}
