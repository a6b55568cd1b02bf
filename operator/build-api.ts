import { randomUUID } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { EntenteError } from '../protocol/errors.ts'
import type { Log } from '../stack/log.ts'
import { answerErrors, answerNoHttp, sendProblem } from './answer-errors.ts'
import { describeApi } from './describe-api.ts'
import { guard } from './guard.ts'
import { inspect } from './inspect.ts'
import { keepPages } from './keep-pages.ts'
import { agentRoutes } from './routes/agents.ts'
import { alertRoutes } from './routes/alerts.ts'
import { approvalRoutes } from './routes/approvals.ts'
import { bundleRoutes } from './routes/bundles.ts'
import { chainEventRoutes } from './routes/chain-events.ts'
import { chainRoutes } from './routes/chain-messages.ts'
import { configRoutes } from './routes/config.ts'
import { contractRoutes } from './routes/contracts.ts'
import { deadLetterRoutes } from './routes/dead-letters.ts'
import { errorRoutes } from './routes/errors.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { explorerRoutes } from './routes/explorer.ts'
import { figureRoutes } from './routes/figures.ts'
import { healthRoutes } from './routes/health.ts'
import { metricRoutes } from './routes/metrics.ts'
import { moneyRoutes } from './routes/money.ts'
import { pauseRoutes } from './routes/pauses.ts'
import { questionRoutes } from './routes/questions.ts'
import { signalRoutes } from './routes/signals.ts'
import { taskEventRoutes } from './routes/task-events.ts'
import { taskRoutes } from './routes/tasks.ts'
import type { Surroundings } from './surroundings.ts'

const routes = [
  taskRoutes,
  taskEventRoutes,
  bundleRoutes,
  approvalRoutes,
  pauseRoutes,
  signalRoutes,
  questionRoutes,
  agentRoutes,
  alertRoutes,
  evidenceRoutes,
  chainRoutes,
  chainEventRoutes,
  contractRoutes,
  configRoutes,
  explorerRoutes,
  moneyRoutes,
  deadLetterRoutes,
  errorRoutes,
  figureRoutes,
  healthRoutes,
  metricRoutes,
]

/** Puts the API together; it does not listen yet. */
export async function buildApi(surroundings: Surroundings, log: Log, redis?: Redis): Promise<FastifyInstance> {
  const { keys, limits } = surroundings
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    // Streams end when the API stops; nothing else stays open long enough to wait for.
    forceCloseConnections: true,
    // Several processes may write into one log.
    genReqId: () => randomUUID(),
    clientErrorHandler: answerNoHttp,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, log),
  }) as unknown as FastifyInstance
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  // Else it would be handed on as a text, and the refusal speak of that.
  app.removeContentTypeParser('text/plain')
  refuseUnknownParameters(app)
  guard(app, keys)
  inspect(app, surroundings)
  keepPages(app, surroundings)
  await app.register(rateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    // Redis lost means requests uncounted for a while, never refused: what is in it can always be done without.
    ...(redis === undefined ? {} : { redis, nameSpace: 'entente:requests:', skipOnError: true }),
    keyGenerator: ({ caller, ip }) => caller?.id ?? ip,
    errorResponseBuilder: (_request, { max, after }) =>
      new EntenteError('RATE_LIMITED', `more than ${max} requests in a minute; free again in ${after}`),
  })
  // Subscribers say nothing; whoever sends more than this is closed.
  await app.register(websocket, { options: { maxPayload: 1_024 } })
  answerErrors(app, log)
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  await describeApi(app)
  for (const route of routes) await app.register(route, surroundings)
  await app.ready()
  return app
}

/** One that is misspelt would be passed over in silence, and more come back than was asked for. */
function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('onRoute', ({ schema, config }) => {
    if (!schema || config?.callers === undefined || config.callers === 'anyone') return
    schema.querystring = ((schema.querystring ?? z.object({})) as z.ZodObject).strict()
  })
}
