import type { NatsConnection } from '@nats-io/nats-core'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { sendCommand } from '../../stack/send-command.ts'

/**
 * Answers a question of a task, by a signature over exactly what it shows and what is answered.
 * @throws EntenteError QUESTION_NOT_OPEN, ANSWERER_UNKNOWN, ANSWER_INVALID, TASK_CLOSED
 */
export async function sendAnswer(
  { nc, chain }: { readonly nc: NatsConnection; readonly chain: ChainInfo },
  taskId: Hex,
  { subtaskId, contentHash: shown }: Pick<TaskEventOf<'QuestionAsked'>, 'subtaskId' | 'contentHash'>,
  answer: Json,
  { address: signer, privateKey }: { readonly address: Hex; readonly privateKey: Hex },
): Promise<void> {
  const place = { taskId, subtaskId, contentHash: shown, atMs: Date.now() }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const document = { ...place, answerHash: contentHash(answer) }
  const signature = signDocument(domain, 'QuestionAnswer', document, privateKey)
  await sendCommand(nc, 'answer', { ...place, answer, signer, signature })
}
