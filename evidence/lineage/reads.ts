import { findSubtask } from '../../coordinator/flow/compensate.ts'
import { indexOf, type Node } from '../../coordinator/flow/plan-index.ts'
import { scopeTrace } from '../../coordinator/flow/policy/data.ts'
import { sourcesOf, traceOf } from '../../coordinator/flow/policy/trace.ts'
import { hasEnded, type SubtaskProgress } from '../../coordinator/flow/progress.ts'
import type { Task } from '../../coordinator/flow/state.ts'
import { type Place, placeAt, placeOf, textOf } from './place.ts'

/** What the outcome, or a part of it, was made of. */
export function readsOfOutput(task: Task, fields: readonly string[]): Place[] {
  const { output } = task.plan!
  const narrowed = fields.reduce((expression, field) => `(${expression}).${JSON.stringify(field)}`, output)
  return traced(task, '', [narrowed])
}

/**
 * What a subtask was given, or asked before it began; of a list, what its items gave. Any field of what an agent gives may
 * come of all that it was given: nobody sees into an agent.
 */
export function readsOf(task: Task, { id }: SubtaskProgress): Place[] {
  const node = findSubtask(task.plan, id) ?? indexOf(task.plan!).all.get(id)
  if (!node) return []
  const items = 'forEach' in node && node.forEach ? itemsOf(task, id).map(placeOf) : []
  return unique([...traced(task, id, expressionsOf(node)), ...items])
}

function itemsOf({ subtasks }: Task, list: string): string[] {
  return [...subtasks.values()]
    .filter(({ part, ...progress }) => part?.of === list && hasEnded(progress))
    .map(({ id }) => id)
}

function expressionsOf(node: Node): string[] {
  const when = node.when === undefined ? [] : [node.when]
  if ('skill' in node) return [...when, node.forEach ? node.forEach.items : node.input]
  if ('wait' in node) {
    const { wait } = node
    if ('ms' in wait) return when
    return [...when, ...('until' in wait ? [wait.until] : [wait.match, wait.from].filter(isText))]
  }
  const { question, show, from } = node.ask
  return [...when, ...[typeof question === 'string' ? undefined : question.expression, show, from].filter(isText)]
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function traced(task: Task, subtaskId: string, expressions: readonly string[]): Place[] {
  const scope = scopeTrace(task, subtaskId)
  return unique(
    expressions.flatMap(expression => sourcesOf(traceOf(expression, scope)).flatMap(({ path }) => placeAt(path) ?? [])),
  )
}

function unique(places: readonly Place[]): Place[] {
  return [...new Map(places.map(place => [textOf(place), place])).values()]
}
