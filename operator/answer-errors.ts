import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EntenteError } from '../protocol/errors.ts'
import type { Log } from '../stack/log.ts'
import { problemOf, problemType } from './problem.ts'

// For limits that no clock lifts: a slot that somebody else must free.
const RETRY_AFTER_S = 5

/** Every way in which a request can fail ends in a problem document: ours, the framework's, and a route that is not. */
export function answerErrors(app: FastifyInstance, log: Log): void {
  const methods = methodsByUrl(app)
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, log))
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    const path = request.url.split('?')[0]!
    const allowed = methods(path)
    if (allowed.length === 0) throw new EntenteError('NOT_FOUND', `there is nothing at ${path}`)
    reply.header('allow', allowed.join(', '))
    throw new EntenteError('METHOD_NOT_ALLOWED', `${path} takes ${allowed.join(', ')}, not ${request.method}`)
  })
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const problem = problemOf(error, request.id)
  const about = { requestId: request.id, method: request.method, url: request.url, caller: request.caller?.id }
  if (problem.status >= 500 && problem.code !== 'COORDINATORS_FULL') log.error({ ...about, err: error }, problem.detail)
  else log.debug({ ...about, code: problem.code }, problem.detail)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  const waitMs = error instanceof EntenteError ? error.retryAfterMs : undefined
  if (waitMs !== undefined) reply.header('retry-after', Math.ceil(waitMs / 1_000))
  if (problem.status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER_S)
  return reply.code(problem.status).type(problemType).serializer(JSON.stringify).send(problem)
}

/** Answers bytes that are not HTTP, which never become a request, and hangs up. */
export function answerNoHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const invalid = new EntenteError('COMMAND_INVALID', `this is not an HTTP request: ${error.message}`)
  const body = JSON.stringify(problemOf(invalid, randomUUID()))
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: ${problemType}\r\nContent-Length: ${Buffer.byteLength(body)}`
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`)
}

/** Which methods there are for a path; routes are noted as they are added. */
function methodsByUrl(app: FastifyInstance): (path: string) => string[] {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const each of [method].flat()) route.methods.add(each)
    routes.set(url, route)
  })
  return path => [...routes.values()].flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : []))
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map(part => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')))
  return new RegExp(`^${parts.join('/')}$`)
}
