import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Differences } from '../../protocol/chain-difference.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { expositionOf, expositionType } from '../exposition.ts'
import { pageFigures } from '../page-figures.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import { scanGauges } from '../scan-gauges.ts'
import type { Surroundings } from '../surroundings.ts'

/** Less than Prometheus waits for an answer. */
const asking = { timeoutMs: 3_000, silence: 'CHAIN_SLOW' } as const

export const metricRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc, pages }) => {
  app.get(
    '/metrics',
    {
      config: { callers: callers.all },
      schema: {
        tags: ['API'],
        summary: 'Figures for Prometheus',
        response: { 200: { content: { 'text/plain': { schema: z.string() } } }, default: Problem },
      },
    },
    async (_request, reply) => {
      const differences = await ask(nc, subjects.chainDifferences, null, asking).then(
        answer => Differences.parse(answer),
        (error: unknown) => {
          if (error instanceof EntenteError) return null
          throw error
        },
      )
      return reply
        .type(expositionType)
        .send(expositionOf([...scanGauges(differences), ...pageFigures(pages.figures())]))
    },
  )
}
