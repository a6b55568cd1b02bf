import swagger from '@fastify/swagger'
import reference from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { JsonValue } from '../protocol/json.ts'
import { describePages } from './describe-pages.ts'
import { callers } from './roles.ts'

// A recursive schema can be referred to only by name.
if (!z.globalRegistry.has(JsonValue)) z.globalRegistry.add(JsonValue, { id: 'Json', description: 'Any JSON value' })

// The page is served whole by us; the browser is told to fetch nothing from anywhere else.
const pagePolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:"

/** Describes every route that is added after it, at `/openapi.json`, and for people at `/docs`. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Entente',
        version: '1.0.0',
        description: 'Submit tasks to the consortium, follow them, decide on them, and take away their proof.',
      },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key' } },
      },
      security: [{ key: [] }],
    },
    transform: describePages,
    transformObject: jsonSchemaTransformObject,
  })
  app.get('/openapi.json', { schema: { hide: true }, config: { callers: callers.anyone } }, () => app.swagger())
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/docs')) reply.header('content-security-policy', pagePolicy)
  })
  await app.register(reference, {
    routePrefix: '/docs',
    configuration: { url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true },
  })
}
