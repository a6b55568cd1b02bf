import type { Json } from '../../../protocol/canonical.ts'
import type { DataItem } from '../../../protocol/policy.ts'
import { isSealed } from '../../../protocol/sealed.ts'
import { findSubtask, undoneBy } from '../compensate.ts'
import { itemScope } from '../expand.ts'
import { type Evaluated, evaluate } from '../expression.ts'
import { evaluateIn, scopeOf } from '../scope.ts'
import type { Task } from '../state.ts'
import { fieldsOf } from './data.ts'

type Scope = { readonly [name: string]: Json }

/** What stands where a text was masked; anything else that was is null. */
export const masked = '[masked]'

/**
 * The input of a subtask, or of what takes one back: its expression over what it sees. What is masked is masked where it
 * comes from, before the expression is evaluated, so that no expression can bring it through.
 */
export function inputOf(task: Task, subtaskId: string, expression: string, masks: readonly DataItem[]): Evaluated {
  const undone = undoneBy(task, subtaskId)
  const id = undone?.id ?? subtaskId
  if (masks.length === 0) {
    const item = itemScope(task, id)
    return evaluateIn(task, expression, undone ? { ...item, output: undone.output } : item)
  }
  const scope = masks.reduce(maskItem, scopeOf(task))
  const more = { ...maskedItem(task, id, scope), ...(undone ? { output: outputIn(scope, id) } : {}) }
  return evaluate(expression, { ...scope, ...more })
}

/** The same item of the same list, made again of what is masked. */
function maskedItem(task: Task, id: string, scope: Scope): Scope {
  const part = task.subtasks.get(id)?.part
  if (!part) return {}
  const { forEach } = findSubtask(task.plan, part.of)!
  const list = evaluate(forEach!.items, scope)?.value
  const whole = evaluateIn(task, forEach!.items)?.value
  // Where the mask changes which items there are, nobody can say which this one was.
  const isSame = Array.isArray(list) && Array.isArray(whole) && list.length === whole.length
  return { [part.as]: isSame ? list[part.index] : maskAll(part.item), index: part.index }
}

function outputIn(scope: Scope, id: string): Json {
  return (scope.outputs as Scope)[id] ?? null
}

function maskItem(scope: Scope, { from, at }: DataItem): Scope {
  return maskAt(scope, [...placeOf(from), ...fieldsOf(at)]) as Scope
}

/** An id of a subtask has no dots. */
function placeOf(from: string): string[] {
  return from.split('.')
}

function maskAt(value: Json, [field, ...below]: readonly string[]): Json {
  if (field === undefined) return maskAll(value)
  if (isList(value)) return value.map(item => maskAt(item, [field, ...below]))
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return value
  return { ...value, [field]: maskAt(value[field]!, below) }
}

function maskAll(value: Json): Json {
  if (typeof value === 'string' || isSealed(value)) return masked
  if (isList(value)) return value.map(maskAll)
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(Object.entries(value).map(([field, below]) => [field, maskAll(below)]))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
