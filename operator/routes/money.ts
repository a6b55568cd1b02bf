import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listBalances, listMovements } from '../../coordinator/views/list-money.ts'
import { Address, AgentId, DomainId, TaskId } from '../../protocol/ids.ts'
import { Problem } from '../problem.ts'
import { Limit, pageOf, toPage } from '../resources/fields.ts'
import { Balance, Movement } from '../resources/money.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Chain']
const config = { callers: callers.all }

const holder = {
  domain: DomainId.optional(),
  agent: AgentId.optional(),
  address: z.union([Address, z.literal('treasury')]).optional(),
}

/** Of the finest grain: an event can move several amounts. */
const MovementCursor = z
  .string()
  .regex(/^\d{1,16}-\d{1,4}$/)
  .optional()
  .describe('`next` of the page before')

export const moneyRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db }) => {
  app.get(
    '/v1/explorer/money',
    {
      config: { ...config, reads: ['balances', 'domains', 'agents'] },
      schema: {
        tags,
        summary: 'Read where tokens lie: of a domain, an agent or an address, or the sums of all',
        description:
          'A domain has what its admin and its agents have. Bonds of batches and appeals, and what demands risk, are in no ' +
          'event of the chain: they count as lying in the account of who gave them.',
        querystring: z.object(holder),
        response: { 200: z.object({ items: z.array(Balance) }).meta({ id: 'Balances' }), default: Problem },
      },
    },
    async ({ query: { domain: domainId, agent: agentId, address } }) => ({
      items: await listBalances(db, { domainId, agentId, address }),
    }),
  )

  app.get(
    '/v1/explorer/movements',
    {
      config: { ...config, reads: ['movements', 'domains', 'agents'] },
      schema: {
        tags,
        summary: 'List what tokens went where, the latest first',
        querystring: z.object({ ...holder, task: TaskId.optional(), limit: Limit, before: MovementCursor }),
        response: { 200: pageOf('Movement', Movement), default: Problem },
      },
    },
    async ({ query: { domain: domainId, agent: agentId, address, task: taskId, limit, before } }) => {
      const [number, place] = before?.split('-').map(Number) ?? []
      const from = before === undefined ? undefined : { number: number!, place: place! }
      const found = await listMovements(db, { domainId, agentId, address, taskId, limit: limit + 1, before: from })
      return toPage(found, limit, each => `${each.number}-${each.place}`)
    },
  )
}
