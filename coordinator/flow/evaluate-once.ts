import { itemScope } from './expand.ts'
import type { Evaluated } from './expression.ts'
import { evaluateIn, outputsOf } from './scope.ts'
import type { Task } from './state.ts'

type OfItems = Map<string, Evaluated>

/** By the outputs that they were given, expression and item. A task has other outputs once one is added, or its plan is another. */
const known = new WeakMap<object, Map<string, OfItems>>()

/**
 * What is asked of a task at every event while something waits, as a condition is, or what work needs. It gives the same until there
 * are other outputs: all else that an expression sees of a task stays.
 *
 * @param itemId of a list, whose item it sees besides; any other subtask's id changes nothing
 */
export function evaluateOnce(task: Task, expression: string, itemId = ''): Evaluated {
  const outputs = outputsOf(task)
  const ofExpressions = known.get(outputs) ?? new Map<string, OfItems>()
  const ofItems: OfItems = ofExpressions.get(expression) ?? new Map()
  const before = ofItems.get(itemId)
  if (before !== undefined) return before
  const value = evaluateIn(task, expression, itemScope(task, itemId))
  if (isSmall(value)) {
    ofItems.set(itemId, value)
    known.set(outputs, ofExpressions.set(expression, ofItems))
  }
  return value
}

/** Conditions and needs that are in order give such; whatever else an author has made is not held for as long as it waits. */
function isSmall(value: Evaluated): boolean {
  const made = value?.value ?? null
  return made === null || typeof made === 'boolean' || typeof made === 'number'
}
