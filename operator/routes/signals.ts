import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { contentHash } from '../../protocol/canonical.ts'
import { SignalTask } from '../../protocol/commands.ts'
import { TaskId } from '../../protocol/ids.ts'
import { taskStates } from '../../protocol/task.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import { ownSignature, signOrPassOn, wholeOrNone } from '../sign-or-pass-on.ts'
import type { Surroundings } from '../surroundings.ts'

const Signal = z
  .object({ payload: SignalTask.shape.payload, ...ownSignature })
  .refine(...wholeOrNone)
  .meta({ id: 'SignalTask', description: 'Signed (EIP-712 `Signal`) by whom the task lets send it' })

const state = z.object({ state: z.enum(taskStates) }).meta({ id: 'TaskStateAfterSignal' })

export const signalRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc, signer }) => {
  app.post(
    '/v1/tasks/:taskId/signals/:signal',
    {
      config: { callers: callers.requesting },
      schema: {
        tags: ['Tasks'],
        summary: 'Tell a task of something that it waits for',
        description: 'Without a signature of your own, the operator signs; that takes a key of the role operator.',
        params: z.object({ taskId: TaskId, signal: SignalTask.shape.signal }),
        body: Signal,
        response: { 200: state, default: Problem },
      },
    },
    async ({ params, body, caller }) => {
      const document = { ...params, ...body, payloadHash: contentHash(body.payload) }
      const { payloadHash: _, ...command } = await signOrPassOn('Signal', document, { signer, caller })
      return (await sendCommand(nc, 'signal', command)) as z.infer<typeof state>
    },
  )
}
