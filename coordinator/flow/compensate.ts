import type { TaskEvent } from '../../protocol/events.ts'
import type { Plan, Subtask } from '../../protocol/plan.ts'
import { indexOf } from './plan-index.ts'
import type { SubtaskProgress } from './progress.ts'
import type { Task } from './state.ts'

const prefix = 'undo-'

/** The subtask that takes back what another did; its id cannot be any other's: the plan is checked for that. */
export const undoId = (subtaskId: string) => `${prefix}${subtaskId}`

/**
 * The compensation of a subtask, as work like any other: one agent, no approval, and no part in the outcome. A list has
 * none: its items have.
 */
export function compensationOf({ id, title, compensate, retry, forEach }: Subtask): Subtask | null {
  if (!compensate || forEach) return null
  const { skill, input, deadlineMs, attempts } = compensate
  const work = { skill, input, deadlineMs, attempts, after: [], replicas: 1, quorum: 1, approval: null, weight: 0 }
  const totalMs = undoMs(compensate, retry)
  return { id: undoId(id), title: `Take back: ${title || id}`, ...work, totalMs, ...(retry ? { retry } : {}) }
}

/** What a compensation may take from when it is opened: the settlement waits for it, also while nobody can be asked. */
export function undoMs({ attempts, deadlineMs }: NonNullable<Subtask['compensate']>, retry: Subtask['retry']): number {
  return attempts * (deadlineMs + (retry?.maxMs ?? 0))
}

/** A subtask of the plan, or the compensation of one. */
export function findSubtask(plan: Plan | null, subtaskId: string): Subtask | undefined {
  if (!plan) return undefined
  const { subtasks } = indexOf(plan)
  const found = subtasks.get(subtaskId)
  if (found || !subtaskId.startsWith(prefix)) return found
  const undone = subtasks.get(subtaskId.slice(prefix.length))
  return (undone && compensationOf(undone)) ?? undefined
}

export function isCompensation({ plan }: Task, subtaskId: string): boolean {
  return subtaskId.startsWith(prefix) && !(plan && indexOf(plan).subtasks.has(subtaskId))
}

/** The subtask that a compensation takes back; undefined for a subtask that is none. */
export function undoneBy(task: Task, subtaskId: string): SubtaskProgress | undefined {
  return isCompensation(task, subtaskId) ? task.subtasks.get(subtaskId.slice(prefix.length)) : undefined
}

/**
 * The compensation that is under way in an ended task. One runs at a time: the next may need what the one before has
 * taken back.
 */
export function openCompensation(task: Task): SubtaskProgress | undefined {
  if (!isTakenBack(task)) return undefined
  return [...task.subtasks.values()].find(
    ({ id, phase }) => isCompensation(task, id) && phase !== 'completed' && phase !== 'failed',
  )
}

/** Whether what was done is taken back. */
function isTakenBack({ state }: Task): boolean {
  return state === 'failed' || state === 'canceled'
}

/** The next compensation: what was completed last is taken back first. */
export function nextCompensation(task: Task, atMs: number): TaskEvent | null {
  if (!isTakenBack(task)) return null
  const compensates = task.completions.findLast(
    id => !task.subtasks.has(undoId(id)) && findSubtask(task.plan, undoId(id)) !== undefined,
  )
  if (compensates === undefined) return null
  const { id: subtaskId, skill, attempts } = findSubtask(task.plan, undoId(compensates))!
  return { type: 'CompensationOpened', atMs, subtaskId, compensates, skill, attempts }
}
