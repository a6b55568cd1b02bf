import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Differences } from '../../protocol/chain-difference.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { KeyState } from '../../protocol/gateway-door.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { askAll } from '../../stack/ask-all.ts'
import { expositionOf, expositionType } from '../exposition.ts'
import { pageFigures } from '../page-figures.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import { scanGauges } from '../scan-gauges.ts'
import { signerGauges } from '../signer-gauges.ts'
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
      const [differences, keys] = await Promise.all([
        orNull(ask(nc, subjects.chainDifferences, null, asking)),
        orNull(askAll(nc, subjects.chainKeys, null, asking)),
      ])
      const scans = scanGauges(differences === null ? null : Differences.parse(differences))
      const gauges = [...scans, ...signerGauges(statesIn(keys ?? [])), ...pageFigures(pages.figures())]
      return reply.type(expositionType).send(expositionOf(gauges))
    },
  )
}

/** Null when no gateway answers. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof EntenteError) return null
    throw error
  }
}

/** A gateway of another version may say less of its keys. */
function statesIn(answers: readonly unknown[]): KeyState[] {
  return answers.flat().flatMap(answer => KeyState.safeParse(answer).data ?? [])
}
