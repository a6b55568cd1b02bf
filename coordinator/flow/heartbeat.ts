import type { TaskEventOf } from '../../protocol/events.ts'
import type { SubtaskProgress } from './progress.ts'
import { lacksKeys } from './seal/ask-keys.ts'
import { silentIn } from './silent.ts'
import type { Task } from './state.ts'

/** An agent that is silent for so many intervals is taken for dead. */
export const missedIntervals = 2

export interface MissHeartbeat {
  readonly subtaskId: string
  readonly attempt: number
  /** Of whom no heartbeat was heard. */
  readonly agents: readonly string[]
}

/** Whether agents at work on the subtask owe heartbeats: who waits for keys has nothing in hand yet. */
export function owesHeartbeats(task: Task, progress: SubtaskProgress): boolean {
  const isRunning = task.state === 'working' || task.state === 'input-required'
  return (
    isRunning && progress.phase === 'executing' && progress.assigned?.heartbeatMs !== undefined && !lacksKeys(progress)
  )
}

/** Whether agents owe heartbeats for any subtask. */
export function isBeating(task: Task): boolean {
  return task.overview.live.some(({ progress }) => owesHeartbeats(task, progress))
}

/**
 * Agents whose heartbeats ceased are given up before the deadline of their attempt. Heartbeats are lossy and unsigned, and
 * that none was heard is a coordinator's word alone: so nobody is fined for it, and it cannot be said before two of them
 * were due.
 */
export function missHeartbeat(
  task: Task,
  { subtaskId, attempt, agents, atMs }: MissHeartbeat & { atMs: number },
): TaskEventOf<'AttemptExpired'>[] {
  const progress = task.subtasks.get(subtaskId)
  if (!progress || !owesHeartbeats(task, progress) || progress.attempts !== attempt) return []
  const { heartbeatMs, atMs: assignedAtMs } = progress.assigned!
  const begunAtMs = progress.keys?.lastMs ?? assignedAtMs
  const silent = silentIn(progress).filter(agentId => agents.includes(agentId))
  if (silent.length === 0 || atMs < begunAtMs + missedIntervals * heartbeatMs!) return []
  return [{ type: 'AttemptExpired', atMs, subtaskId, attempt, silent, phase: 'heartbeat' }]
}
