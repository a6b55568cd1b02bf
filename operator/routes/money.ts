import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listBalances, listBonds, listMovements } from '../../coordinator/views/list-money.ts'
import { AgentId, DomainId, TaskId } from '../../protocol/ids.ts'
import { Problem } from '../problem.ts'
import { AddressAsTyped, Before, Limit, pageOf, toPage } from '../resources/fields.ts'
import { Balance, Bond, bondStates, Movement } from '../resources/money.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Chain']
const config = { callers: callers.all }

const holder = {
  domain: DomainId.optional(),
  agent: AgentId.optional(),
  address: z
    .union([AddressAsTyped, z.literal('treasury')], 'an address: 0x and 40 lower-case hexadecimal digits; or treasury')
    .optional(),
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
      config: { ...config, reads: ['balances', 'domains', 'agents', 'treasury'] },
      schema: {
        tags,
        summary: 'Read where tokens lie: of a domain, an agent or an address, or the sums of all',
        description:
          'A domain has what its admin and its agents have, and the address `treasury` what the treasury of now has. ' +
          '`account`, `leaving`, `task`, `batch`, `bond`, `purse` and `pool` add up to what the escrow holds; `bonded`, ' +
          '`unbonding` and `held` to what stakes do.',
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
      config: { ...config, reads: ['movements', 'domains', 'agents', 'treasury'] },
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

  app.get(
    '/v1/explorer/bonds',
    {
      config: { ...config, reads: ['bonds', 'domains', 'agents', 'treasury'] },
      schema: {
        tags,
        summary: 'List what was given as a surety for batches, demands and appeals, the latest first',
        description: 'Of a domain or an address, what it gave; of an agent, what appeals against its penalties cost.',
        querystring: z.object({
          ...holder,
          state: z.enum(bondStates).optional(),
          limit: Limit,
          before: Before,
        }),
        response: { 200: pageOf('Bond', Bond), default: Problem },
      },
    },
    async ({ query: { domain: domainId, agent: agentId, address, state, limit, before } }) => {
      const found = await listBonds(db, { domainId, agentId, address, state, limit: limit + 1, before })
      return toPage(found, limit, each => each.number)
    },
  )
}
