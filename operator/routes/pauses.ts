import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { TaskId } from '../../protocol/ids.ts'
import { taskStates } from '../../protocol/task.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import { ownSignature, signOrPassOn, wholeOrNone } from '../sign-or-pass-on.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Tasks']
const config = { callers: callers.requesting }
const params = z.object({ taskId: TaskId })
const Paused = z.object({ state: z.enum(taskStates), paused: z.boolean() }).meta({ id: 'TaskPausedNow' })

const Pause = z
  .object({ reason: z.string().min(1).max(500), ...ownSignature })
  .refine(...wholeOrNone)
  .meta({ id: 'PauseTask', description: 'Signed (EIP-712 `Pause`) by the requester or an approver' })

const Resumption = z
  .object(ownSignature)
  .refine(...wholeOrNone)
  .meta({ id: 'ResumeTask', description: 'Signed (EIP-712 `Resumption`) by the requester or an approver' })

export const pauseRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc, signer }) => {
  app.post(
    '/v1/tasks/:taskId/pause',
    {
      config,
      schema: {
        tags,
        summary: 'Give out no new work of a task',
        description: 'What is under way goes on, and so does every deadline. Signed as a cancellation is.',
        params,
        body: Pause,
        response: { 200: Paused, default: Problem },
      },
    },
    async ({ params: { taskId }, body, caller }) => {
      const command = await signOrPassOn('Pause', { taskId, ...body }, { signer, caller })
      return (await sendCommand(nc, 'pause', command)) as z.infer<typeof Paused>
    },
  )

  app.post(
    '/v1/tasks/:taskId/resume',
    {
      config,
      schema: {
        tags,
        summary: 'Give out work of a paused task again',
        params,
        body: Resumption,
        response: { 200: Paused, default: Problem },
      },
    },
    async ({ params: { taskId }, body, caller }) => {
      const command = await signOrPassOn('Resumption', { taskId, ...body }, { signer, caller })
      return (await sendCommand(nc, 'resume', command)) as z.infer<typeof Paused>
    },
  )
}
