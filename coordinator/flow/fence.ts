import { type Answer, placeOf } from '../../protocol/answer.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { lastFor } from '../../protocol/once-for.ts'
import type { RefusalReason } from '../../protocol/refusal.ts'
import { isCompensation } from './compensate.ts'
import { firstOpen } from './grow.ts'
import type { SubtaskProgress } from './progress.ts'
import { isEnded, type Task } from './state.ts'

/** `counts` brings about an event; `repeated` is what the agent said already, come again, which is no one's fault. */
export type Standing = 'counts' | 'repeated' | RefusalReason

/**
 * The fence: whether an answer counts is for the log to say. That an agent holds the work, or that the bus took its
 * acknowledgement, proves nothing: a slow agent and the one that took its place both can have both. What counts is an
 * answer to the open attempt, by an agent that it is assigned to, in its phase, and the first of its kind.
 */
export function standingOf(task: Task, agentId: string, answer: Answer, atMs: number): Standing {
  const { subtaskId, attempt } = placeOf(answer)
  const progress = task.subtasks.get(subtaskId)
  if (!progress?.asked.get(attempt)?.includes(agentId)) return 'NOT_ASSIGNED'
  const before = saidBefore(progress, attempt, agentId, answer)
  if (before !== undefined) return before === substanceOf(answer) ? 'repeated' : 'ANSWERED_ALREADY'
  if (attempt < firstOpen(progress) || attempt > progress.attempts) return 'ATTEMPT_OVER'
  if (progress.expired.has(agentId)) return 'TOO_LATE'
  if (isEnded(task) && !isCompensation(task, subtaskId))
    return atMs >= progress.phaseDeadlineMs ? 'TOO_LATE' : 'ATTEMPT_OVER'
  if (progress.phase !== 'executing' && progress.phase !== 'revealing') return 'ATTEMPT_OVER'
  return inTurn(progress, agentId, answer)
}

/** The phase asks for such an answer, and its receipt is for this input and this output. */
function inTurn({ phase, assigned, commitments }: SubtaskProgress, agentId: string, answer: Answer): Standing {
  const committing = assigned!.answer === 'commit'
  if (answer.kind === 'commit') return committing && phase === 'executing' ? 'counts' : 'OUT_OF_TURN'
  // Who let the time for commitments pass has no say in what comes of those that were made.
  if (answer.kind === 'failure') return phase === 'revealing' && !commitments.has(agentId) ? 'TOO_LATE' : 'counts'
  if (committing && (phase !== 'revealing' || !commitments.has(agentId))) return 'OUT_OF_TURN'
  const { inputHash, outputHash } = answer.receipt
  const fits = inputHash === assigned!.inputHash && outputHash === outputHashOf(answer)
  return fits ? 'counts' : 'RECEIPT_MISMATCH'
}

/** A commitment is one word, what opens it (or a failure instead of either) another; each is said once. */
function saidBefore({ said }: SubtaskProgress, attempt: number, agentId: string, answer: Answer): string | undefined {
  const last = said.get(turnOf(attempt, agentId, 'answer'))
  return answer.kind === 'commit' ? (said.get(turnOf(attempt, agentId, 'commit')) ?? last) : last
}

export function turnOf(attempt: number, agentId: string, kind: 'commit' | 'answer'): string {
  return `${attempt}/${agentId}/${kind}`
}

/** What an answer says, apart from when: an agent that was started again may say the same at another time. */
export function substanceOf(answer: Answer): string {
  if (answer.kind === 'commit') return answer.commit.commitment
  if (answer.kind === 'result') return outputHashOf(answer)
  return contentHash([answer.failure.reason, answer.failure.retry])
}

/** Asked of an answer several times while it is taken in. */
export const outputHashOf = lastFor(({ output }: Extract<Answer, { kind: 'result' }>) => contentHash(output))
