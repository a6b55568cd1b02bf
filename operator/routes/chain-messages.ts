import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listChainMessages, readChainMessage } from '../../coordinator/views/list-chain-messages.ts'
import { messageStates } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { Problem } from '../problem.ts'
import { ChainMessage, ChainMessageSummary, toChainMessage, toChainMessageSummary } from '../resources/chain-message.ts'
import { Before, Limit, pageOf, Sought, toPage, wholeFrom } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Chain']
const config = { callers: callers.all }

export const chainRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db }) => {
  app.get(
    '/v1/chain/messages',
    {
      config: { ...config, reads: ['chainMessages', 'chainSubjects'] },
      schema: {
        tags,
        summary: 'List messages to the chain, the latest first',
        querystring: z
          .object({
            state: z.enum(messageStates).optional(),
            tenant: Sought(63).optional(),
            operation: Sought(63).optional(),
            businessId: Sought(200).optional().describe('With tenant and operation, the idempotency key'),
            txHash: Bytes32.optional().describe('Of any of its transactions'),
            task: Sought(200).optional().describe('What it is about: the id of a task'),
            agent: Sought(80).optional().describe('What it is about: the id of an agent'),
            since: wholeFrom(0).optional().describe('Came not before, in milliseconds since 1970'),
            until: wholeFrom(0).optional().describe('Came not after'),
            limit: Limit,
            before: Before,
          })
          .refine(({ since = 0, until = since }) => since <= until, { path: ['until'], error: 'it is before since' }),
        response: { 200: pageOf('ChainMessage', ChainMessageSummary), default: Problem },
      },
    },
    async ({ query: { limit, ...filter } }) => {
      const found = await listChainMessages(db, { ...filter, limit: limit + 1 })
      return toPage(found.map(toChainMessageSummary), limit, message => message.number)
    },
  )

  app.get(
    '/v1/chain/messages/:messageId',
    {
      config: { ...config, reads: ['chainMessages', 'chainSteps'] },
      schema: {
        tags,
        summary: 'Read a message with its whole life',
        params: z.object({ messageId: Bytes32 }),
        response: { 200: ChainMessage, default: Problem },
      },
    },
    async ({ params: { messageId } }) => {
      const message = await readChainMessage(db, messageId)
      if (!message) throw new EntenteError('NOT_FOUND', `there is no message ${messageId}`)
      return toChainMessage(message)
    },
  )
}
