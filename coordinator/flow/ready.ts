import type { Subtask } from '../../protocol/plan.ts'
import { findSubtask, openCompensation } from './compensate.ts'
import { childrenOf, withinConcurrency } from './expand.ts'
import { hasEnded, isIdle, mayBegin } from './scope.ts'
import { isEnded, type Task } from './state.ts'

/** Subtasks that could be assigned now: waiting, with all that they wait for ended, and a free place in their list. */
export function readySubtasks(task: Task): Subtask[] {
  const open = openCompensation(task)
  if (open) return isIdle(open) ? [findSubtask(task.plan, open.id)!] : []
  if (task.paused || isEnded(task)) return []
  return withinConcurrency(
    task,
    (task.plan?.subtasks ?? []).filter(subtask => mayBegin(task, subtask)),
  )
}

/** Since when a subtask that is ready has been: the last of what it waited for, or of its own attempts, has ended. */
export function readySinceMs(task: Task, { id, after }: Subtask): number {
  const { sinceMs, part } = task.subtasks.get(id)!
  const places = part ? placesSinceMs(task, part.of) : []
  return Math.max(task.openSinceMs, sinceMs, ...after.map(before => task.subtasks.get(before)!.sinceMs), ...places)
}

/** An item may have waited for another of its list to end. */
function placesSinceMs(task: Task, list: string): number[] {
  const ended = childrenOf(task, list).filter(hasEnded)
  return [task.subtasks.get(list)!.sinceMs, ...ended.map(({ sinceMs }) => sinceMs)]
}
