import type { Json } from '../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Subtask } from '../../protocol/plan.ts'
import { childId } from './check/structure.ts'
import { overviewOf } from './overview.ts'
import { indexOf } from './plan-index.ts'
import { type SubtaskProgress, untouched } from './progress.ts'
import { evaluateIn, mayBegin } from './scope.ts'
import type { Live, Task } from './state.ts'

/** When a subtask over a list may begin, its list is made: one subtask for each item, which run as any other. */
export function expansionOf(task: Task, subtask: Subtask, atMs: number): TaskEvent | null {
  const { id, forEach } = subtask
  if (!forEach || !mayBegin(task, subtask)) return null
  const fail = (reason: string): TaskEvent => ({ type: 'SubtaskFailed', atMs, subtaskId: id, reason })
  const made = evaluateIn(task, forEach.items)
  if (!made) return fail('the expression of its list fails on what came before')
  if (!Array.isArray(made.value)) return fail('what it is to go through is no list')
  const items = made.value as readonly Json[]
  if (items.length > forEach.max) return fail(`its list has ${items.length} items, ${forEach.max} are allowed`)
  const children = items.map((item, place) => ({ subtaskId: childId(id, place), item }))
  return { type: 'SubtaskExpanded', atMs, subtaskId: id, children }
}

/** All items done: their outputs, in the order of the list, are the subtask's. */
export function gatheringOf(task: Task, { id }: Subtask, atMs: number): TaskEvent | null {
  if ((task.overview.lists.get(id)?.left ?? 0) > 0) return null
  return { type: 'SubtaskGathered', atMs, subtaskId: id, output: childrenOf(task, id).map(({ output }) => output) }
}

/** The subtasks of a list's items, in its order. */
export function childrenOf(task: Task, id: string) {
  return [...task.subtasks.values()].filter(({ part }) => part?.of === id)
}

/** The task with a subtask for each item, which the plan did not know yet. */
export function withChildren(task: Task, { subtaskId, children }: TaskEventOf<'SubtaskExpanded'>): Task {
  const parent = task.plan && indexOf(task.plan).subtasks.get(subtaskId)
  if (!parent?.forEach) return task
  const { forEach, when: _, ...work } = parent
  const items = children.map(({ subtaskId: id, item }, index) => {
    const part = { of: subtaskId, index, as: forEach.as, item }
    return [id, { ...untouched(id), part }] as [string, SubtaskProgress]
  })
  const added = children.map(({ subtaskId: id }, index) => ({ ...work, id, title: titleOf(parent, index) }))
  const plan = { ...task.plan!, subtasks: [...task.plan!.subtasks, ...added] }
  const next = { ...task, subtasks: task.subtasks.concat(items), plan }
  return { ...next, overview: overviewOf(next) }
}

function titleOf({ title, id }: Subtask, index: number): string {
  return `${title || id}, ${index + 1}`
}

/** What an item's subtask sees besides what all see. */
export function itemScope(task: Task, id: string): { readonly [name: string]: Json } {
  const part = task.subtasks.get(id)?.part
  return part ? { [part.as]: part.item, index: part.index } : {}
}

/** Of subtasks that may begin, those for which their list has a free place. */
export function withinConcurrency(task: Task, ready: readonly Live[]): Live[] {
  const free = new Map<string, number>()
  return ready.filter(({ progress: { part, phase } }) => {
    // One that waits for another replica has its place.
    if (!part || phase === 'growing') return true
    const list = part.of
    const left = free.get(list) ?? freePlaces(task, list)
    free.set(list, left - 1)
    return left > 0
  })
}

function freePlaces(task: Task, list: string): number {
  const { concurrency } = indexOf(task.plan!).subtasks.get(list)!.forEach!
  return concurrency - task.overview.lists.get(list)!.running
}
