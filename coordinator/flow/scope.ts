import type { Json } from '../../protocol/canonical.ts'
import { onceFor } from '../../protocol/once-for.ts'
import { type Evaluated, evaluate, outputsNamed } from './expression.ts'
import type { SubtaskProgress } from './progress.ts'
import { isEnded, type Task } from './state.ts'

type Scope = { readonly [name: string]: Json }

/** The value of an expression on what it sees of a task, and on what is given besides. */
export function evaluateIn(task: Task, expression: string, more: Scope = {}): Evaluated {
  const named = outputsNamed(expression)
  const outputs = named ? outputsIn(endedIn(task), named) : allOutputs(endedIn(task))
  return evaluate(expression, { ...scopeWith(task, outputs), ...more })
}

/** All that expressions see of a task: `input`, `outputs.<id>` of what has ended, and `params`. */
export function scopeOf(task: Task): Scope {
  return scopeWith(task, allOutputs(endedIn(task)))
}

function scopeWith({ submitted, plan }: Task, outputs: Scope): Scope {
  return { input: submitted!.input, outputs, params: plan?.params ?? {} }
}

/** Where a task's outputs lie: the same object until there is another output, or another plan. */
export function endedIn(task: Task): Task['subtasks'] {
  return isEnded(task) ? task.subtasks : task.overview.ended
}

/** Made for each output that is added, and only where an expression sees more of them than it names. */
const allOutputs = onceFor((subtasks: Task['subtasks']) => outputsIn(subtasks, subtasks.keys()))

/**
 * The outputs of those of these subtasks that have ended, by id, in the order in which they are named; null where one was
 * skipped. Items of a list are in the list's.
 */
export function outputsIn(subtasks: Task['subtasks'], ids: Iterable<string>): Scope {
  const outputs: Record<string, Json> = {}
  for (const id of ids) {
    const progress = subtasks.get(id)
    if (progress?.part === null && hasEnded(progress)) outputs[id] = progress.output
  }
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
