import type { TaskEntry } from '../../protocol/events.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'

/**
 * Every entry becomes a leaf of the evidence log, in the order of its task. The proof itself is the one that cannot.
 *
 * Another coordinator may hold the entry before this one and not be done with it: what is not known to be in the stream
 * is published here first. Whichever comes second is recognised (`LeafWriter`).
 */
export async function keepEvidence(
  { leaves, keeper, tasks }: Pick<World, 'leaves' | 'keeper' | 'tasks'>,
  task: Task,
  entry: TaskEntry,
): Promise<void> {
  // Its bundle holds all of its leaves, so they are there.
  if (task.proven) return
  const stored = keeper.stored(task.taskId)
  const earlier =
    stored < entry.first ? (await tasks.entries(task.taskId)).filter(({ first }) => first < entry.first) : []
  for (const each of [...earlier, entry]) {
    const { first, events } = each
    if (first < stored || events.some(({ type }) => type === 'TaskProven')) continue
    const leaf = tasks.leaf(each)
    await leaves.write(leaf)
    keeper.noteStored(leaf)
  }
}
