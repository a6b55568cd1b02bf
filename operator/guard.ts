import type { FastifyInstance, FastifyRequest } from 'fastify'
import { EntenteError } from '../protocol/errors.ts'
import type { ApiKey, ApiKeys } from './api-keys.ts'
import type { Callers } from './roles.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key came with the request; null when none did, or an unknown one. */
    caller: ApiKey | null
  }
  interface FastifyContextConfig {
    callers?: Callers
  }
}

/**
 * Lets a request in only with a key whose role the route names. A route that names none does not start: nothing is
 * open because somebody forgot to close it.
 */
export function guard(app: FastifyInstance, keys: ApiKeys): void {
  app.decorateRequest('caller', null)
  app.addHook('onRoute', ({ url, schema, config }) => {
    if (config?.callers === undefined && !schema?.hide) throw new Error(`the route ${url} does not say who may call it`)
  })
  // In two steps, so that the rate limit stands between them: it counts by key, and counts those without one too.
  app.addHook('onRequest', async request => {
    const key = bearerOf(request)
    request.caller = key === undefined ? null : (keys.find(key) ?? null)
  })
  app.addHook('preParsing', async request => {
    const { callers = 'anyone' } = request.routeOptions.config
    if (callers === 'anyone') return
    if (!request.caller) throw new EntenteError('API_KEY_UNKNOWN', 'the request has no key that is known here')
    const { role } = request.caller
    if (!(callers as readonly string[]).includes(role)) {
      throw new EntenteError('UNAUTHORIZED', `this is for the roles ${callers.join(', ')}; the key's role is ${role}`)
    }
  })
}

function bearerOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer ([\w-]{1,128})$/i.exec(headers.authorization ?? '')?.[1]
}
