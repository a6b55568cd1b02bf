import { type Answer, placeOf } from '../../protocol/answer.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { standingOf } from './fence.ts'
import type { Task } from './state.ts'

/**
 * Step "execute": an answer that counts (`fence.ts`) becomes an event; any other brings about nothing here, and is
 * refused at the door. That its signature is the agent's was checked there too, where the bus ends (`check-answer.ts`).
 */
export function receive(task: Task, command: { atMs: number; agentId: string; answer: Answer }): TaskEvent[] {
  const { atMs, agentId, answer } = command
  if (standingOf(task, agentId, answer, atMs) !== 'counts') return []
  const { subtaskId, attempt } = placeOf(answer)
  if (answer.kind !== 'commit') return [{ type: 'ResultReceived', atMs, subtaskId, attempt, agentId, answer }]
  const { commitment } = answer.commit
  return [{ type: 'ResultCommitted', atMs, subtaskId, attempt, agentId, commitment, signature: answer.signature }]
}
