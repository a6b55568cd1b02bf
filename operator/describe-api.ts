import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance } from 'fastify'
import { jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { describePages } from './describe-pages.ts'
import { callers } from './roles.ts'

// The page is served whole by us; the browser is told to fetch nothing from anywhere else, and to show it in no other page.
const pagePolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'"

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
  let pages: Promise<FastifyInstance> | undefined
  for (const path of ['/docs', '/docs/', '/docs/js/scalar.js']) {
    app.get(path, { schema: { hide: true } }, async ({ url }, reply) => {
      pages ??= loadPages()
      const { statusCode, headers, rawPayload } = await (await pages).inject({ url })
      const { location, 'content-type': type } = headers
      if (location !== undefined) return reply.redirect(location, statusCode)
      return reply.code(statusCode).header('content-type', type).send(rawPayload)
    })
  }
}

/** The page and its script, four megabytes of text: loaded when the first person looks, because few processes are ever asked. */
async function loadPages(): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference')
  const configuration = { url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true }
  const pages = Fastify()
  await pages.register(reference, { routePrefix: '/docs', configuration })
  return pages
}
