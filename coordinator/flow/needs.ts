import { type Needs, Units } from '../../protocol/capacity.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { onceFor } from '../../protocol/once-for.ts'
import type { Plan, Subtask } from '../../protocol/plan.ts'
import { evaluateOnce } from './evaluate-once.ts'
import { mayBegin } from './scope.ts'
import type { Task } from './state.ts'

/** Units by resource that a subtask needs; empty where it needs nothing; null where an expression gives no number of units. */
export function needsOf(task: Task, { id, needs }: Subtask): Needs | null {
  if (!needs) return {}
  const found: Needs = {}
  for (const [resource, rule] of Object.entries(needs)) {
    const units = typeof rule === 'number' ? rule : evaluateOnce(task, rule, id)?.value
    if (units === 0 || units === null) continue
    const { data } = Units.safeParse(units)
    if (data === undefined) return null
    found[resource] = data
  }
  return found
}

/** Whether any subtask of a plan needs something: most of them need nothing. */
export const needsAny = onceFor((plan: Plan) => plan.subtasks.some(({ needs }) => needs !== undefined))

/** What a subtask needs is asked when it may begin; where nobody can say how much it is, it fails. */
export function needsFaultOf(task: Task, subtask: Subtask, atMs: number): TaskEvent | null {
  const { id: subtaskId, needs, forEach } = subtask
  if (!needs || forEach || !mayBegin(task, subtask) || needsOf(task, subtask)) return null
  const reason = 'what it needs gives no number of units: a whole one from 0 to 1000000000'
  return { type: 'SubtaskFailed', atMs, subtaskId, reason }
}

/** The same as a field, absent where nothing is needed. */
export function needsField(task: Task, subtask: Subtask): { readonly needs?: Needs } {
  const needs = needsOf(task, subtask) ?? {}
  return Object.keys(needs).length > 0 ? { needs } : {}
}
