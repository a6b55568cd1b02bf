import { OrderedMap } from 'immutable'
import { overviewOf } from './overview.ts'
import type { SubtaskProgress } from './progress.ts'
import type { Task } from './state.ts'

/** A task as it can be copied, written down and compared: without what is found again from the rest. */
export type KeptTask = Omit<Task, 'subtasks' | 'overview'> & { readonly subtasks: readonly SubtaskProgress[] }

export function keep({ subtasks, overview: _, ...task }: Task): KeptTask {
  return { ...task, subtasks: [...subtasks.values()] }
}

export function recall({ subtasks, ...rest }: KeptTask): Task {
  const task = { ...rest, subtasks: OrderedMap(subtasks.map(progress => [progress.id, progress] as const)) }
  return { ...task, overview: overviewOf(task) }
}
