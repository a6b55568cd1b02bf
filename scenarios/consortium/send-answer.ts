import { contentHash, type Json } from '../../protocol/canonical.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { giverOf, type Ordering } from './make-order.ts'
import { sealWord } from './seal-words.ts'

/**
 * Answers a question of a task, by a signature over exactly what it shows and what is answered; what is restricted of it is sealed.
 * @throws EntenteError QUESTION_NOT_OPEN, ANSWERER_UNKNOWN, ANSWER_INVALID, SEAL_UNFIT, TASK_CLOSED
 */
export async function sendAnswer(
  ground: Pick<Ordering, 'nc' | 'chain' | 'directory' | 'keeper'>,
  taskId: Hex,
  { subtaskId, contentHash: shown }: Pick<TaskEventOf<'QuestionAsked'>, 'subtaskId' | 'contentHash'>,
  plain: Json,
  { address: signer, privateKey }: { readonly address: Hex; readonly privateKey: Hex },
): Promise<void> {
  const { nc, chain } = ground
  const answer = await sealWord(giverOf(ground, signer), { kind: 'answer', taskId, subtaskId, answer: plain })
  const place = { taskId, subtaskId, contentHash: shown, atMs: Date.now() }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const document = { ...place, answerHash: contentHash(answer) }
  const signature = signDocument(domain, 'QuestionAnswer', document, privateKey)
  await sendCommand(nc, 'answer', { ...place, answer, signer, signature })
}
