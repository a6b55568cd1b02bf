import type { Json } from '../../protocol/canonical.ts'
import { type Evaluated, evaluate, outputsNamed } from './expression.ts'
import { Outputs } from './outputs.ts'
import { hasEnded, type SubtaskProgress } from './progress.ts'
import { isEnded, type Task } from './state.ts'

type Scope = { readonly [name: string]: Json }

/** The value of an expression on what it sees of a task, and on what is given besides. */
export function evaluateIn(task: Task, expression: string, more: Scope = {}): Evaluated {
  const named = outputsNamed(expression)
  const outputs = outputsOf(task)
  return evaluate(expression, { ...scopeWith(task, named ? outputs.of(named) : outputs.all()), ...more })
}

/** All that expressions see of a task: `input`, `outputs.<id>` of what has ended, and `params`. */
export function scopeOf(task: Task): Scope {
  return scopeWith(task, outputsOf(task).all())
}

function scopeWith({ submitted, plan }: Task, outputs: Scope): Scope {
  return { input: submitted!.input, outputs, params: plan?.params ?? {} }
}

/** The outputs of ended subtasks: the same object until there is another, or another plan. */
export function outputsOf(task: Task): Outputs {
  return isEnded(task) ? new Outputs(task.subtasks) : task.overview.outputs
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
