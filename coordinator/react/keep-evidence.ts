import { canonicalJson, contentHash } from '../../protocol/canonical.ts'
import type { TaskEntry } from '../../protocol/events.ts'
import type { Leaf } from '../../protocol/evidence.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'

/**
 * Every event becomes a leaf of the evidence log, in the order of its task. The proof itself is the one that cannot.
 *
 * Another coordinator may hold the entry before this one and not be done with it: what is not known to be in the stream
 * is published here first. Whichever comes second is recognised by its message id.
 */
export async function keepEvidence(
  { js, keeper, tasks }: Pick<World, 'js' | 'keeper' | 'tasks'>,
  task: Task,
  { taskId, first, events }: TaskEntry,
): Promise<void> {
  // Its bundle holds all of its leaves, so they are there.
  if (task.proven) return
  const stored = keeper.stored(taskId)
  const earlier = stored < first ? (await tasks.history(taskId)).slice(stored, first) : []
  const from = Math.max(stored, first) - earlier.length
  for (const [offset, event] of [...earlier, ...events.slice(Math.max(0, stored - first))].entries()) {
    if (event.type === 'TaskProven') continue
    const leaf: Leaf = { taskId, index: from + offset, type: event.type, hash: contentHash(event) }
    await js.publish(subjects.evidence('event'), canonicalJson(leaf), { msgID: `${taskId}/${leaf.index}` })
    keeper.noteStored(leaf)
  }
}
