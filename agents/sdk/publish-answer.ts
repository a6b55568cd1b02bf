import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamClient } from '@nats-io/jetstream'
import type { Answer } from '../../protocol/answer.ts'
import { sha256 } from '../../protocol/hash.ts'
import type { KeyAnswer } from '../../protocol/key-release.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { AttemptId } from './sign-answer.ts'

const ATTEMPT_TIMEOUT_MS = 2_000
const RETRY_MS = 150

/**
 * Publishes an answer until it is stored, or until nobody waits for it: it would come too late, or was called off. The message id names agent, attempt, kind of
 * answer and content, so whatever is sent twice is stored once. The stream compares ids over all agents' subjects: without the content, signature included,
 * another agent could use one up beforehand, and a known id would not mean that this answer is the one that is stored.
 *
 * @returns whether it is stored
 */
export async function publishAnswer(
  js: JetStreamClient,
  attemptId: AttemptId,
  agentId: string,
  answer: Answer | KeyAnswer,
  isWanted: () => boolean,
): Promise<boolean> {
  const { taskId, subtaskId, attempt } = attemptId
  const data = JSON.stringify(answer)
  const msgID = `${taskId}:${subtaskId}:${attempt}:${agentId}:${answer.kind}:${sha256(data)}`
  while (isWanted()) {
    try {
      await js.publish(subjects.result(taskId, subtaskId, agentId), data, { msgID, timeout: ATTEMPT_TIMEOUT_MS })
      return true
    } catch {
      // Whether the bus is away or the acknowledgement was lost: the id makes sending again harmless.
      await sleep(RETRY_MS)
    }
  }
  return false
}
