import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { dropDeadLetter, listDeadLetters } from '../../stack/dead-letters.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { Problem } from '../problem.ts'
import { TimeMs, wholeFrom } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Dead letters']
const config = { callers: callers.operating }
const params = z.object({ sequence: wholeFrom(1) })
const Done = z.object({ sequence: z.int() }).meta({ id: 'DeadLetterDone' })

const Letter = z
  .object({
    sequence: z.int().describe('Names it'),
    stream: z.string(),
    streamSequence: z.int(),
    consumer: z.string().describe('Who gave it up'),
    subject: z.string(),
    payload: z.string().describe('The bytes as they were, in base64'),
    cause: z.string(),
    attempts: z.int(),
    atMs: TimeMs,
  })
  .meta({ id: 'DeadLetter' })

export const deadLetterRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc }) => {
  app.get(
    '/v1/dead',
    {
      config,
      schema: {
        tags,
        summary: 'List messages that nobody could act on, the oldest first',
        response: { 200: z.object({ items: z.array(Letter) }).meta({ id: 'DeadLetters' }), default: Problem },
      },
    },
    async () => ({ items: await listDeadLetters(nc) }),
  )

  app.post(
    '/v1/dead/:sequence/retry',
    {
      config,
      schema: {
        tags,
        summary: 'Try one again',
        description: 'It is gone once that succeeded. Work goes back into the queue of its agent.',
        params,
        response: { 200: Done, default: Problem },
      },
    },
    async ({ params: { sequence } }) => (await sendCommand(nc, 'retry-dead', { sequence })) as z.infer<typeof Done>,
  )

  app.delete(
    '/v1/dead/:sequence',
    { config, schema: { tags, summary: 'Drop one', params, response: { 200: Done, default: Problem } } },
    async ({ params: { sequence } }) => {
      await dropDeadLetter(nc, sequence)
      return { sequence }
    },
  )
}
