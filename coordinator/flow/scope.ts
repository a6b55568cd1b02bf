import type { Json } from '../../protocol/canonical.ts'
import type { SubtaskProgress } from './progress.ts'
import { isEnded, type Task } from './state.ts'

/** What expressions see of a task: `input`, `outputs.<id>` of what has ended, `params`, and what is given besides. */
export function scopeOf(task: Task, more: { readonly [name: string]: Json } = {}): { readonly [name: string]: Json } {
  const params = task.plan?.params ?? {}
  return { input: task.submitted!.input, outputs: outputsOf(task), params, ...more }
}

/** The outputs of ended subtasks, by subtask id; null where one was skipped. Items of a list are in the list's. */
export function outputsOf(task: Task): { readonly [id: string]: Json } {
  return isEnded(task) ? outputsIn(task.subtasks) : task.overview.outputs
}

/** The outputs of ended subtasks, in the order of the plan: an expression can see it. */
export function outputsIn(subtasks: Task['subtasks']): { readonly [id: string]: Json } {
  const outputs: Record<string, Json> = {}
  for (const progress of subtasks.values())
    if (progress.part === null && hasEnded(progress)) outputs[progress.id] = progress.output
  return outputs
}

/** Completed or skipped: what waits for it may begin. */
export function hasEnded({ phase }: { readonly phase: string } = { phase: 'waiting' }): boolean {
  return phase === 'completed' || phase === 'skipped'
}

/** Whether all that a node waits for has ended. */
export function mayBegin(
  task: Task,
  { id, after }: { readonly id: string; readonly after: readonly string[] },
): boolean {
  const progress = task.subtasks.get(id)
  return progress !== undefined && isIdle(progress) && after.every(before => hasEnded(task.subtasks.get(before)))
}

/** It waits for agents, and not for the time of another attempt to come. */
export function isIdle({ phase, phaseDeadlineMs }: SubtaskProgress): boolean {
  return phase === 'growing' || (phase === 'waiting' && phaseDeadlineMs === Number.POSITIVE_INFINITY)
}
