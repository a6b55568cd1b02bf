import type { Answer } from '../../protocol/answer.ts'
import { contentHash } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { SubtaskProgress, Task } from './state.ts'

/**
 * Step "execute": an answer counts when it is for the open attempt, from an agent that the attempt is assigned to, in
 * the phase that it belongs to, and the first of its kind. Anything else is late or repeated, and brings about nothing.
 * That its signature is the agent's was checked at the door, where the bus ends (`check-answer.ts`).
 */
export function receive(task: Task, command: { atMs: number; agentId: string; answer: Answer }): TaskEvent[] {
  const { atMs, agentId, answer } = command
  const { subtaskId, attempt } = placeOf(answer)
  const progress = task.subtasks.get(subtaskId)
  if (!progress?.assigned || attempt !== progress.attempts || !isOpen(progress, agentId)) return []
  if (answer.kind === 'commit') {
    if (progress.phase !== 'executing' || progress.assigned.answer !== 'commit') return []
    if (progress.commitments.has(agentId)) return []
    const { commitment } = answer.commit
    return [{ type: 'ResultCommitted', atMs, subtaskId, attempt, agentId, commitment, signature: answer.signature }]
  }
  if (answer.kind === 'result' && !fits(progress, agentId, answer)) return []
  return [{ type: 'ResultReceived', atMs, subtaskId, attempt, agentId, answer }]
}

/** The agent was asked, and has neither answered nor let the deadline pass. */
function isOpen({ phase, assigned, results, failures, expired }: SubtaskProgress, agentId: string): boolean {
  return (
    (phase === 'executing' || phase === 'revealing') &&
    assigned!.chosen.some(choice => choice.agentId === agentId) &&
    !results.has(agentId) &&
    !failures.has(agentId) &&
    !expired.has(agentId)
  )
}

/** The receipt is for this input and this output; with a commitment, the reveal is open. */
function fits(progress: SubtaskProgress, agentId: string, answer: Extract<Answer, { kind: 'result' }>): boolean {
  const { inputHash, answer: asked } = progress.assigned!
  if (answer.receipt.inputHash !== inputHash) return false
  if (answer.receipt.outputHash !== contentHash(answer.output)) return false
  if (asked === 'result') return progress.phase === 'executing'
  return progress.phase === 'revealing' && progress.commitments.has(agentId)
}

/** Which attempt an answer is for. */
export function placeOf(answer: Answer) {
  if (answer.kind === 'commit') return answer.commit
  return answer.kind === 'result' ? answer.receipt : answer.failure
}
