import type { TaskEvent } from '../../protocol/events.ts'
import { endStates } from '../../protocol/task.ts'
import { withinConcurrency } from './expand.ts'
import { mayBegin } from './scope.ts'
import type { SubtaskProgress, Task } from './state.ts'

/** Every deadline that has passed, said. Nothing waits for ever: silence is an answer. */
export function passTime(task: Task, atMs: number): TaskEvent[] {
  if (task.submitted!.deadlineMs <= atMs) return [{ type: 'TaskFailed', atMs, reason: 'its deadline passed' }]
  return [...task.subtasks.values()]
    .filter(({ phaseDeadlineMs }) => phaseDeadlineMs <= atMs)
    .map(progress => expire(task, progress, atMs))
}

function expire(task: Task, progress: SubtaskProgress, atMs: number): TaskEvent {
  const { id: subtaskId, attempts: attempt, phase, approval } = progress
  if (phase === 'approving') {
    const granted = task.submitted!.spec.policy.onSilence === 'grant'
    return { type: 'ApprovalAnswered', atMs, subtaskId, contentHash: approval!.contentHash, granted, by: null }
  }
  if (phase === 'awaiting') return { type: 'WaitElapsed', atMs, subtaskId }
  return { type: 'AttemptExpired', atMs, subtaskId, attempt, silent: silentIn(progress), phase: phaseName(progress) }
}

function silentIn({ assigned, phase, commitments, results, failures }: SubtaskProgress): string[] {
  const expected = phase === 'revealing' ? [...commitments.keys()] : assigned!.chosen.map(({ agentId }) => agentId)
  const committing = phase === 'executing' && assigned!.answer === 'commit'
  const answered = (agentId: string) => (committing ? commitments.has(agentId) : results.has(agentId))
  return expected.filter(agentId => !answered(agentId) && !failures.has(agentId))
}

function phaseName({ phase, assigned }: SubtaskProgress): 'execute' | 'commit' | 'reveal' {
  if (phase === 'revealing') return 'reveal'
  return assigned!.answer === 'commit' ? 'commit' : 'execute'
}

/** When time next matters to this task, or null when it does not. */
export function nextDeadlineMs(task: Task): number | null {
  if (!task.submitted || endStates.has(task.state as never)) return null
  const phases = [...task.subtasks.values()].map(({ phaseDeadlineMs }) => phaseDeadlineMs)
  return Math.min(task.submitted.deadlineMs, ...phases)
}

/** Subtasks that could be assigned now: waiting, with all that they wait for ended, and a free place in their list. */
export function readySubtasks(task: Task) {
  return withinConcurrency(
    task,
    (task.plan?.subtasks ?? []).filter(subtask => mayBegin(task, subtask)),
  )
}
