import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { placeReader, streamsOf } from '../coordinator/views/places.ts'
import type { TableName } from '../coordinator/views/schema.ts'
import { sourceVersion } from '../stack/source-version.ts'
import type { PageName } from './page-cache.ts'
import type { Surroundings } from './surroundings.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the answer will be called, where it may be kept; null where it may not. */
    page: PageName | null
  }
  interface FastifyContextConfig {
    /** Tables of the read model. The answer must follow from them, path and query alone, and not from who asks. */
    reads?: readonly TableName[]
    /** Of the answer, where it is to be another than `no-store`. */
    cacheControl?: string
  }
}

/** Whoever has another program may say the same otherwise. */
const program = sourceVersion(
  ...['../protocol/', '../stack/', '../registry/', '../coordinator/', './'].map(
    folder => new URL(folder, import.meta.url),
  ),
)

/**
 * Answers of routes that say what they read come with a strong `ETag`, and are made once: 304 to whoever has the answer, and
 * a page that is kept to whoever has not. Added after all that lets a request in, so what is asked of a caller is asked first.
 */
export function keepPages(app: FastifyInstance, { db, pages }: Pick<Surroundings, 'db' | 'pages'>): void {
  const placeOf = placeReader(db)
  const nameOf = async (request: FastifyRequest): Promise<PageName | null> => {
    const { url, config } = request.routeOptions
    const place = await placeOf(streamsOf(config.reads!))
    const asked = JSON.stringify([url, request.params, request.query])
    return place === null ? null : { tag: hashOf(program, place, asked), question: hashOf(asked) }
  }
  app.decorateRequest('page', null)
  app.addHook('preHandler', async (request, reply) => {
    const { config } = request.routeOptions
    if (!config.reads) return
    const page = await nameOf(request)
    if (page === null) return
    reply.header('etag', `"${page.tag}"`)
    if (config.cacheControl) reply.header('cache-control', config.cacheControl)
    if (hasAlready(request, page.tag)) {
      pages.count('unchanged')
      return reply.code(304).send()
    }
    const kept = await pages.find(page)
    if (kept !== null) return reply.type('application/json; charset=utf-8').send(kept)
    request.page = page
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const { page } = request
    if (!page) return
    const isAnswer = reply.statusCode === 200 && typeof payload === 'string'
    // What was read while the read model moved may be of before and after: it is an answer, but not the one of that name.
    if (isAnswer && (await nameOf(request))?.tag === page.tag) return pages.keep(page, payload)
    if (isAnswer) pages.count('moved')
    reply.removeHeader('etag').removeHeader('cache-control')
  })
}

/** Whether the request says that the caller has what bears this tag (`If-None-Match`, RFC 9110, section 13.1.2). */
export function hasAlready({ headers }: FastifyRequest, tag: string): boolean {
  const tags = headers['if-none-match']?.matchAll(/(?:W\/)?"([^"]*)"/g) ?? []
  return [...tags].some(([, each]) => each === tag)
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
