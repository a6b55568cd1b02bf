import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { sql } from 'kysely'
import { z } from 'zod'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const timeoutMs = 2_000

const Health = z
  .object({ ok: z.boolean(), bus: z.enum(['up', 'down']), readModel: z.enum(['up', 'down']) })
  .meta({ id: 'Health' })

export const healthRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc, db }) => {
  app.get(
    '/healthz',
    {
      config: { callers: callers.anyone, rateLimit: false },
      schema: {
        tags: ['API'],
        summary: 'Whether the API can do its work',
        security: [],
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      const [bus, readModel] = await Promise.all([isUp(nc.flush()), isUp(sql`select 1`.execute(db))])
      const ok = bus === 'up' && readModel === 'up'
      return reply.code(ok ? 200 : 503).send({ ok, bus, readModel })
    },
  )
}

/** A lost connection waits for its return and says nothing: what takes too long is down. */
async function isUp(probe: Promise<unknown>): Promise<'up' | 'down'> {
  const answered = probe.then(
    () => 'up' as const,
    () => 'down' as const,
  )
  const { promise: tooLate, resolve } = Promise.withResolvers<'down'>()
  const timer = setTimeout(resolve, timeoutMs, 'down')
  const health = await Promise.race([answered, tooLate])
  clearTimeout(timer)
  return health
}
