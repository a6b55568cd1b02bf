import { findSubtask, isCompensation, undoId } from './compensate.ts'
import { needsAny } from './needs.ts'
import type { SubtaskProgress } from './progress.ts'
import { isEnded, type Task } from './state.ts'

/** Units that are committed, by agent and resource: `7/beds`. */
export type Reserved = Readonly<Record<string, number>>

export const reservedKey = (agentId: string, resource: string) => `${agentId}/${resource}`

/**
 * What agents have committed to a task: from the assignment of a subtask to its end, or the task's. It is a fold of the log,
 * so every way in which an attempt, a subtask or a task can end releases it.
 */
export function reservedOf(task: Task): Reserved {
  const reserved: Record<string, number> = {}
  if (!task.plan || !needsAny(task.plan)) return reserved
  for (const progress of task.subtasks.values()) {
    const { assigned } = progress
    if (!assigned?.needs || !isHeld(task, progress)) continue
    for (const { agentId } of assigned.chosen) {
      for (const [resource, units] of Object.entries(assigned.needs)) {
        const key = reservedKey(agentId, resource)
        reserved[key] = (reserved[key] ?? 0) + units
      }
    }
  }
  return reserved
}

function isHeld(task: Task, progress: SubtaskProgress): boolean {
  const { id, phase, approval } = progress
  const hold = findSubtask(task.plan, id)?.hold ?? 'subtask'
  if (isEnded(task) && !isCompensation(task, id))
    return hold === 'task' && phase === 'completed' && isYetToUndo(task, id)
  switch (phase) {
    case 'executing':
    case 'revealing':
    case 'judging':
    case 'agreed':
      return true
    // Asked before the work is given out: an attempt that there was before is over.
    case 'approving':
      return !approval?.flow
    case 'completed':
      return hold === 'task'
    default:
      return false
  }
}

/** What a subtask did will be taken back, and was not yet: until then its resources are where it has put them. */
function isYetToUndo({ state, plan, subtasks }: Task, id: string): boolean {
  if (state === 'completed' || !findSubtask(plan, undoId(id))) return false
  const phase = subtasks.get(undoId(id))?.phase
  return phase !== 'completed' && phase !== 'failed'
}
