import type { Subtask } from '../../protocol/plan.ts'
import { findSubtask, openCompensation } from './compensate.ts'
import { childrenOf, withinConcurrency } from './expand.ts'
import { clearedDomains } from './policy/cleared.ts'
import { hasEnded, isIdle, mayBegin } from './scope.ts'
import { isEnded, type Task } from './state.ts'

/** Tasks are never changed in place, and these are asked of each several times at every entry of its log. */
const readyIn = new WeakMap<Task, readonly Subtask[]>()
const placesIn = new WeakMap<Task, Map<string, number>>()

/** Subtasks that could be assigned now: they may begin, and some domain may have them. */
export function readySubtasks(task: Task): readonly Subtask[] {
  if (!task.policed) return mayBeginNow(task)
  return mayBeginNow(task).filter(({ id }) => clearedDomains(task, task.subtasks.get(id)!)?.length !== 0)
}

/** Subtasks that may begin now: waiting, with all that they wait for ended, and a free place in their list. */
export function mayBeginNow(task: Task): readonly Subtask[] {
  const ready = readyIn.get(task) ?? findReady(task)
  readyIn.set(task, ready)
  return ready
}

function findReady(task: Task): readonly Subtask[] {
  const open = openCompensation(task)
  if (open) return isIdle(open) ? [findSubtask(task.plan, open.id)!] : []
  if (task.paused || task.replanning.sought || isEnded(task)) return []
  return withinConcurrency(
    task,
    (task.plan?.subtasks ?? []).filter(subtask => mayBegin(task, subtask)),
  )
}

/** Since when a subtask that is ready has been: the last of what it waited for, or of its own attempts, has ended. */
export function readySinceMs(task: Task, { id, after }: Subtask): number {
  const { sinceMs, part } = task.subtasks.get(id)!
  const before = after.map(each => task.subtasks.get(each)!.sinceMs)
  return Math.max(task.openSinceMs, sinceMs, part ? placeSinceMs(task, part.of) : 0, ...before)
}

/** An item may have waited for another of its list to end. */
function placeSinceMs(task: Task, list: string): number {
  const known = placesIn.get(task) ?? new Map<string, number>()
  placesIn.set(task, known)
  const ended = () => childrenOf(task, list).filter(hasEnded)
  const sinceMs =
    known.get(list) ?? ended().reduce((ms, child) => Math.max(ms, child.sinceMs), task.subtasks.get(list)!.sinceMs)
  known.set(list, sinceMs)
  return sinceMs
}
