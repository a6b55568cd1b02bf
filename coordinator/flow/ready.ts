import { lastFor } from '../../protocol/once-for.ts'
import type { Subtask } from '../../protocol/plan.ts'
import { findSubtask, openCompensation } from './compensate.ts'
import { withinConcurrency } from './expand.ts'
import { isSubtask } from './plan-index.ts'
import { clearedDomains } from './policy/cleared.ts'
import { isIdle } from './scope.ts'
import { isEnded, type Task } from './state.ts'

/** Subtasks that could be assigned now: they may begin, and some domain may have them. */
export function readySubtasks(task: Task): readonly Subtask[] {
  if (!task.policed) return mayBeginNow(task)
  return mayBeginNow(task).filter(({ id }) => clearedDomains(task, task.subtasks.get(id)!)?.length !== 0)
}

/**
 * Subtasks that may begin now: waiting, with all that they wait for ended, and a free place in their list. Asked of a task
 * several times at every entry of its log.
 */
export const mayBeginNow = lastFor((task: Task): readonly Subtask[] => {
  const open = openCompensation(task)
  if (open) return isIdle(open) ? [findSubtask(task.plan, open.id)!] : []
  if (task.paused || task.replanning.sought || isEnded(task)) return []
  const idle = task.overview.live.filter(({ progress }) => isIdle(progress))
  return withinConcurrency(task, idle)
    .map(({ node }) => node)
    .filter(isSubtask)
})

/** Since when a subtask that is ready has been: the last of what it waited for, or of its own attempts, has ended. */
export function readySinceMs(task: Task, { id, after }: Subtask): number {
  const { sinceMs, part } = task.subtasks.get(id)!
  const before = after.map(each => task.subtasks.get(each)!.sinceMs)
  return Math.max(task.openSinceMs, sinceMs, part ? placeSinceMs(task, part.of) : 0, ...before)
}

/** An item may have waited for another of its list to end. */
function placeSinceMs({ overview, subtasks }: Task, list: string): number {
  return Math.max(subtasks.get(list)!.sinceMs, overview.lists.get(list)!.endedMs)
}
