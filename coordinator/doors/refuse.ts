import { type Answer, placeOf } from '../../protocol/answer.ts'
import type { WorkItem } from '../../protocol/assignment.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { signDocument } from '../../protocol/documents.ts'
import type { Refusal, RefusalReason } from '../../protocol/refusal.ts'
import { addressOf } from '../../protocol/sign.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { World } from '../react/context.ts'

/**
 * Tells an agent, by a signed word in its own queue, that an answer of its does not count. It goes to whoever the bus
 * says has sent the answer: an agent can publish under its own id alone. The same answer is refused once.
 */
export async function refuse(
  { js, domain, privateKey }: World,
  agentId: string,
  answer: Answer,
  reason: RefusalReason,
): Promise<void> {
  const { taskId, subtaskId, attempt } = placeOf(answer)
  const answerHash = contentHash(answer)
  const refusal: Refusal = { taskId, subtaskId, attempt, agentId, answerHash, reason, atMs: Date.now() }
  const signature = signDocument(domain, 'Refusal', refusal, privateKey)
  const item: WorkItem = { kind: 'refusal', agentId, refusal, signer: addressOf(privateKey), signature }
  const msgID = `${taskId}/${subtaskId}/${attempt}/${agentId}/refusal/${answerHash}`
  await js.publish(subjects.work(agentId), JSON.stringify(item), { msgID })
}
