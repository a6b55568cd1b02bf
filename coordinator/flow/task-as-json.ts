import type { Json } from '../../protocol/canonical.ts'
import { keep } from './kept-task.ts'
import type { Task } from './state.ts'

/** A task as JSON, to be read or hashed: maps are objects, sets lists, and a deadline that never comes is null. */
export function taskAsJson(task: Task): Json {
  const subtasks = Object.fromEntries(task.subtasks)
  return JSON.parse(JSON.stringify({ ...keep(task), subtasks }, (_, value) => plain(value)))
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value)
  if (value instanceof Set) return [...value]
  return value === Number.POSITIVE_INFINITY ? null : value
}
