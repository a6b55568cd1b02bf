import { cutText } from '../../protocol/cut-text.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Halt, Subtask } from '../../protocol/plan.ts'
import { evaluateOnce } from './evaluate-once.ts'
import { mayBegin } from './scope.ts'
import type { Task } from './state.ts'

/**
 * A condition is asked once, when all that its subtask waits for has ended: false skips it, true lets it begin, and
 * anything else fails it, since nobody can say which of the two was meant.
 */
export function conditionOf(task: Task, node: Subtask | Halt, atMs: number): TaskEvent | null {
  if (node.when === undefined || !mayBegin(task, node) || task.subtasks.get(node.id)!.attempts > 0) return null
  const asked = evaluateOnce(task, node.when)
  if (asked?.value === true) return null
  if (asked?.value === false) return { type: 'SubtaskSkipped', atMs, subtaskId: node.id }
  const why = asked
    ? `gives ${cutText(JSON.stringify(asked.value), 60)}, neither true nor false`
    : 'fails on what came before'
  return { type: 'SubtaskFailed', atMs, subtaskId: node.id, reason: `its condition ${why}` }
}
