import { contentHash } from '../../protocol/canonical.ts'
import { AnswerQuestion } from '../../protocol/commands.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'
import { checkSignature } from './check-signer.ts'
import { keepersOf } from './keepers.ts'

/** A person answers a question, by a signature over exactly what was shown and what is answered. */
export function answerDoor({ nc, log, domain, directory, handle }: World) {
  const service = { subject: subjects.command('answer'), queue: 'coordinator', schema: AnswerQuestion, log }
  return serve(nc, service, async command => {
    const { taskId, subtaskId, contentHash: shown, answer, signer, signature, atMs: signedAtMs } = command
    const document = { ...command, answerHash: contentHash(answer) }
    checkSignature(domain, 'QuestionAnswer', document)
    const by = { signer, signedAtMs, signature }
    const answered = { type: 'answerQuestion', subtaskId, contentHash: shown, answer, by } as const
    const kept = keepersOf(directory.current(), answer, signer)
    const task = await handle(taskId, () => ({ ...answered, ...kept, atMs: Date.now() }))
    return { state: task.state }
  })
}
