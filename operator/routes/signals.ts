import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { contentHash } from '../../protocol/canonical.ts'
import { SignalTask } from '../../protocol/commands.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { TaskId } from '../../protocol/ids.ts'
import { taskStates } from '../../protocol/task.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const Signal = SignalTask.pick({ payload: true, atMs: true, signer: true, signature: true })
  .partial({ atMs: true, signer: true, signature: true })
  .refine(
    ({ atMs, signer, signature }) =>
      [atMs, signer, signature].every(part => (part === undefined) === (atMs === undefined)),
    'atMs, signer and signature come together or not at all',
  )
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
      if (body.signature !== undefined) return send({ ...params, ...body })
      if (caller?.role !== 'operator') {
        const why = 'only a key of the role operator may leave the signature to the operator'
        throw new EntenteError('UNAUTHORIZED', why)
      }
      const atMs = Date.now()
      const document = { ...params, payloadHash: contentHash(body.payload), atMs }
      const signature = await signer.sign('Signal', document)
      return send({ ...params, payload: body.payload, atMs, signer: signer.address, signature })
    },
  )

  async function send(command: object): Promise<z.infer<typeof state>> {
    return (await sendCommand(nc, 'signal', command)) as z.infer<typeof state>
  }
}
