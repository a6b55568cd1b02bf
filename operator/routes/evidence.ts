import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listCheckpoints, listLeaves } from '../../coordinator/views/list-evidence.ts'
import { TaskId } from '../../protocol/ids.ts'
import { Problem } from '../problem.ts'
import { Checkpoint, Leaf, toLeaf } from '../resources/evidence.ts'
import { Before, Limit, pageOf, toPage, wholeFrom } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Evidence']
const config = { callers: callers.all }

export const evidenceRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db }) => {
  app.get(
    '/v1/evidence/leaves',
    {
      config: { ...config, reads: ['leaves'] },
      schema: {
        tags,
        summary: 'List leaves of the evidence log, in its order',
        querystring: z.object({
          taskId: TaskId.optional(),
          limit: Limit,
          after: wholeFrom(0).optional().describe('`next` of the page before'),
        }),
        response: { 200: pageOf('Leaf', Leaf), default: Problem },
      },
    },
    async ({ query: { limit, ...filter } }) => {
      const found = await listLeaves(db, { ...filter, limit: limit + 1 })
      return toPage(found.map(toLeaf), limit, leaf => leaf.position)
    },
  )

  app.get(
    '/v1/evidence/checkpoints',
    {
      config: { ...config, reads: ['checkpoints'] },
      schema: {
        tags,
        summary: 'List checkpoints that the chain holds, the latest first',
        querystring: z.object({
          limit: Limit,
          before: Before,
        }),
        response: { 200: pageOf('Checkpoint', Checkpoint), default: Problem },
      },
    },
    async ({ query: { limit, ...filter } }) => {
      const found = await listCheckpoints(db, { ...filter, limit: limit + 1 })
      return toPage(found, limit, checkpoint => checkpoint.size)
    },
  )
}
