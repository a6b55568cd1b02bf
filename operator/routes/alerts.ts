import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listAlerts, listStandings } from '../../coordinator/views/list-alerts.ts'
import { alertCodes } from '../../protocol/alert.ts'
import { AgentId, DomainId, TaskId } from '../../protocol/ids.ts'
import { Problem } from '../problem.ts'
import { Alert, Standing, toAlert, toStanding } from '../resources/alert.ts'
import { Before, Limit, pageOf, toPage } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Supervision']
const config = { callers: callers.all }

export const alertRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db, nc }) => {
  app.get(
    '/v1/alerts',
    {
      config: { ...config, reads: ['alerts'] },
      schema: {
        tags,
        summary: 'List alerts, the latest first',
        querystring: z.object({
          state: z.enum(['raised', 'cleared']).optional(),
          code: z.enum(alertCodes).optional(),
          taskId: TaskId.optional(),
          agentId: AgentId.optional(),
          domainId: DomainId.optional(),
          limit: Limit,
          before: Before,
        }),
        response: { 200: pageOf('Alert', Alert), default: Problem },
      },
    },
    async ({ query: { limit, ...filter } }) => {
      const found = await listAlerts(db, { ...filter, limit: limit + 1 })
      return toPage(found.map(toAlert), limit, alert => alert.number)
    },
  )

  app.get(
    '/v1/freezes',
    {
      config,
      schema: {
        tags,
        summary: 'List what officers of compliance said of accounts on chain, the latest first',
        querystring: z.object({ limit: Limit, before: Before }),
        response: { 200: pageOf('Standing', Standing), default: Problem },
      },
    },
    async ({ query: { limit, before } }) => {
      const found = await listStandings(db, { limit: limit + 1, before })
      const page = toPage(found, limit, ({ number }) => number)
      return { ...page, items: await Promise.all(page.items.map(each => toStanding(nc, each))) }
    },
  )
}
