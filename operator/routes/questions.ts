import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { contentHash } from '../../protocol/canonical.ts'
import { AnswerQuestion } from '../../protocol/commands.ts'
import { SubtaskId, TaskId } from '../../protocol/ids.ts'
import { taskStates } from '../../protocol/task.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { checkSeen } from '../check-seen.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import { ownSignature, signOrPassOn, wholeOrNone } from '../sign-or-pass-on.ts'
import type { Surroundings } from '../surroundings.ts'

const { contentHash: shown, answer } = AnswerQuestion.shape

const Answer = z
  .object({
    contentHash: shown.describe('Of the question as it was read: an answer to anything else is refused'),
    answer,
    ...ownSignature,
  })
  .refine(...wholeOrNone)
  .meta({ id: 'AnswerQuestion', description: 'Signed (EIP-712 `QuestionAnswer`) by one whom the question is put to' })

const state = z.object({ state: z.enum(taskStates) }).meta({ id: 'TaskStateAfterAnswer' })

export const questionRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, surroundings) => {
  const { nc, signer } = surroundings
  app.post(
    '/v1/tasks/:taskId/questions/:subtaskId',
    {
      config: { callers: callers.requesting },
      schema: {
        tags: ['Tasks'],
        summary: 'Answer a question that a task puts to a person',
        description: 'Without a signature of your own, the operator signs; that takes a key of the role operator.',
        params: z.object({ taskId: TaskId, subtaskId: SubtaskId }),
        body: Answer,
        response: { 200: state, default: Problem },
      },
    },
    async ({ params, body, caller }) => {
      await checkSeen(surroundings, 'questions', { ...params, contentHash: body.contentHash })
      const document = { ...params, ...body, answerHash: contentHash(body.answer) }
      const { answerHash: _, ...command } = await signOrPassOn('QuestionAnswer', document, { signer, caller })
      return (await sendCommand(nc, 'answer', command)) as z.infer<typeof state>
    },
  )
}
