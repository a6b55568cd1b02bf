import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listErrors } from '../../protocol/errors.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import { statusOf } from '../status.ts'
import type { Surroundings } from '../surroundings.ts'

const CataloguedError = z
  .object({
    code: z.string(),
    status: z.int().describe('HTTP status when this API answers with it'),
    retry: z.boolean().describe('Whether trying again can help'),
    remedy: z.string(),
  })
  .meta({ id: 'CataloguedError' })

export const errorRoutes: FastifyPluginAsyncZod<Surroundings> = async app => {
  app.get(
    '/v1/errors',
    {
      config: { callers: callers.anyone },
      schema: {
        tags: ['API'],
        summary: 'List every error there is, with what to do about it',
        security: [],
        response: { 200: z.object({ items: z.array(CataloguedError) }).meta({ id: 'Errors' }), default: Problem },
      },
    },
    () => ({ items: listErrors().map(error => ({ ...error, status: statusOf(error.code) })) }),
  )
}
