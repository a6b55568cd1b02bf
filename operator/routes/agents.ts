import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listAgents, readAgent } from '../../coordinator/views/list-agents.ts'
import { listDomains } from '../../coordinator/views/list-domains.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { AgentId, DomainId } from '../../protocol/ids.ts'
import { Problem } from '../problem.ts'
import { Agent, Domain, toAgent } from '../resources/agent.ts'
import { Limit, pageOf, toPage } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Agents']
const config = { callers: callers.all }

export const agentRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db }) => {
  app.get(
    '/v1/agents',
    {
      config: { ...config, reads: ['agents', 'cards', 'domains'] },
      schema: {
        tags,
        summary: 'List agents, by id',
        querystring: z.object({
          domain: DomainId.optional(),
          activity: z.enum(['active', 'inactive']).optional(),
          limit: Limit,
          after: AgentId.optional().describe('`next` of the page before'),
        }),
        response: { 200: pageOf('Agent', Agent), default: Problem },
      },
    },
    async ({ query: { limit, domain: domainId, ...filter } }) => {
      const found = await listAgents(db, { ...filter, domainId, limit: limit + 1 })
      return toPage(found.map(toAgent), limit, agent => agent.agentId)
    },
  )

  app.get(
    '/v1/agents/:agentId',
    {
      config: { ...config, reads: ['agents', 'cards', 'domains'] },
      schema: {
        tags,
        summary: 'Read an agent',
        params: z.object({ agentId: AgentId }),
        response: { 200: Agent, default: Problem },
      },
    },
    async ({ params: { agentId } }) => {
      const agent = await readAgent(db, agentId)
      if (!agent) throw new EntenteError('NOT_FOUND', `there is no agent ${agentId}`)
      return toAgent(agent)
    },
  )

  app.get(
    '/v1/domains',
    {
      config: { ...config, reads: ['domains', 'agents'] },
      schema: {
        tags,
        summary: 'List the domains of the consortium',
        response: { 200: z.object({ items: z.array(Domain) }).meta({ id: 'Domains' }), default: Problem },
      },
    },
    async () => ({ items: (await listDomains(db)).map(domain => Domain.parse(domain)) }),
  )
}
