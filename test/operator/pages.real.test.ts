import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Redis } from 'ioredis'
import type { KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openViews } from '../../coordinator/views/open-views.ts'
import { startProjection } from '../../coordinator/views/project.ts'
import { apiKeysFile, createApiKey, openApiKeys, revokeApiKey } from '../../operator/api-keys.ts'
import { startOperator } from '../../operator/serve.ts'
import type { Hex } from '../../protocol/hash.ts'
import { openLog } from '../../stack/log.ts'
import { connectRedis } from '../../stack/redis.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { withStack } from '../harness/with-stack.ts'
import { Publisher } from '../views/publish.ts'
import { historyOf, taskIdOf } from '../views/sample-task.ts'
import { operatorKey } from './with-api.ts'

const servers = withStack()
const log = openLog('pages', { LOG_LEVEL: 'silent' })
const path = `/v1/tasks/${taskIdOf('katrina')}`
const soon = { timeout: 10_000 }

let nc: NatsConnection
let redis: Redis
let publish: Publisher
const stops: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  nc = await servers.connect('pages')
  await ensureStreams(nc, { replicas: 1 })
  publish = new Publisher(nc)
  await publish.entries(historyOf('katrina').slice(0, 4))
  redis = await connectRedis(servers.stack.urls.redis)
  stops.push(async () => redis.disconnect())
})
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
})

/** An operator with a read model of its own. `onRead` is waited for each time that rows have been read. */
async function start(privateKey: Hex = operatorKey, onRead?: () => Promise<void>) {
  const dir = scratchDir('pages')
  const file = apiKeysFile({ ENTENTE_DATA: dir })
  const config = { ENTENTE_HOST: '127.0.0.1', ENTENTE_PORT: 0, ENTENTE_DATA: dir }
  const keys = {
    viewer: createApiKey(file, 'viewer', 'v'),
    regulator: createApiKey(file, 'regulator', 'r'),
  }
  const db = await openViews({ file: join(dir, 'views.sqlite') })
  const openOther = async () => {
    const other = await openViews({ file: join(dir, 'views.sqlite') })
    stops.push(() => other.destroy())
    return other
  }
  const projection = startProjection({ nc, db, log })
  // Who waits within a read holds the connection: what goes on meanwhile needs another.
  const readBy = onRead ? (await openOther()).withPlugin(afterRows(onRead)) : db
  // A busy machine takes longer than 50 ms for anything; a Redis that stands still is lost after a second in any case.
  const limits = { redisMs: 10_000 }
  const { url, stop } = await startOperator({ nc, db: readBy, config, log, privateKey, redis, limits })
  stops.push(
    () => db.destroy(),
    () => projection.stop(),
    () => stop(),
  )
  await projection.caughtUp()
  const read = (as: keyof typeof keys, etag?: string, of = path) =>
    fetch(`${url}${of}`, {
      headers: { authorization: `Bearer ${keys[as]}`, ...(etag === undefined ? {} : { 'if-none-match': etag }) },
    })
  return {
    caughtUp: () => projection.caughtUp(),
    revokeViewer: () => revokeApiKey(file, openApiKeys(file).find(keys.viewer)!.id),
    read,
    async answer(etag?: string) {
      const response = await read('viewer', etag)
      return { status: response.status, etag: response.headers.get('etag'), text: await response.text() }
    },
    async reads(): Promise<Record<string, number>> {
      const text = await (await read('viewer', undefined, '/metrics')).text()
      const lines = [...text.matchAll(/entente_page_(?:reads_total\{outcome="(\w+)"\}|redis_(lost)_total) (\d+)/g)]
      return Object.fromEntries(lines.map(([, outcome, lost, count]) => [outcome ?? lost, Number(count)]))
    },
  }
}

function afterRows(onRead: () => Promise<void>): KyselyPlugin {
  return {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      await onRead()
      return result
    },
  }
}

test('a read is made once, then found, then not even sent; after a change it is made anew', async () => {
  const one = await start()
  const first = await one.answer()
  expect(first).toMatchObject({ status: 200, etag: expect.stringMatching(/^"[0-9a-f]{64}"$/) })
  expect(JSON.parse(first.text)).toMatchObject({ state: 'working', events: 5 })
  expect(await one.answer()).toEqual(first)
  const unchanged = { status: 304, etag: first.etag, text: '' }
  expect(await one.answer(first.etag!)).toEqual(unchanged)
  expect(await one.answer(`"another", W/${first.etag}`)).toEqual(unchanged)
  expect(await one.answer('"another"')).toEqual(first)
  expect(await one.reads()).toEqual({ unchanged: 2, near: 2, shared: 0, made: 1, moved: 0, lost: 0 })

  await publish.entries(historyOf('katrina').slice(4, 5))
  await one.caughtUp()
  const second = await one.answer(first.etag!)
  expect(second).toMatchObject({ status: 200 })
  expect(second.etag).not.toBe(first.etag)
  expect(JSON.parse(second.text)).toMatchObject({ events: 6 })
  expect(await one.reads()).toMatchObject({ unchanged: 2, made: 2 })
})

test('what was read while the read model moved has no name, and is not kept', async () => {
  let meanwhile: (() => Promise<void>) | null = null
  const one = await start(operatorKey, async () => {
    const now = meanwhile
    meanwhile = null
    await now?.()
  })
  const of = `/v1/tasks/${taskIdOf('moving')}`
  await publish.entries(historyOf('moving').slice(0, 1))
  await one.caughtUp()
  // The first rows that are read are places; those of the answer come after them.
  let reads = 0
  const onSecond = async () => {
    reads += 1
    if (reads < 2) meanwhile = onSecond
    else {
      await publish.entries(historyOf('moving').slice(1, 2))
      await one.caughtUp()
    }
  }
  meanwhile = onSecond
  const moved = await one.read('viewer', undefined, of)
  expect({ status: moved.status, etag: moved.headers.get('etag') }).toEqual({ status: 200, etag: null })
  expect(await one.reads()).toMatchObject({ made: 0, moved: 1 })
  const settled = await one.read('viewer', undefined, of)
  expect(settled.headers.get('etag')).not.toBeNull()
  expect(await settled.json()).toMatchObject({ events: 3 })
})

test('every question has answers of its own, and what is not there has none that is kept', async () => {
  const one = await start()
  const tagOf = async (of: string) => (await one.read('viewer', undefined, of)).headers.get('etag')
  const paths = ['/v1/tasks', '/v1/tasks?limit=1', '/v1/tasks?state=working', '/v1/agents', path]
  const tags = await Promise.all(paths.map(tagOf))
  expect(new Set(tags).size).toBe(paths.length)
  // The same question in other words.
  expect(await tagOf('/v1/tasks?limit=50')).toBe(tags[0])
  const missing = await one.read('viewer', undefined, `/v1/tasks/${taskIdOf('nothing')}`)
  expect(missing.status).toBe(404)
  expect(missing.headers.get('etag')).toBeNull()
  expect(missing.headers.get('cache-control')).toBe('no-store')
})

test('operators find what another has made; one with another key does not, and makes the same', async () => {
  const [one, other] = [await start(), await start()]
  const stranger = await start(`0x${'22'.repeat(32)}`)
  await redis.flushall()
  const made = await one.answer()
  await expect.poll(() => redis.keys('entente:pages:*'), soon).toHaveLength(1)
  expect(await other.answer()).toEqual(made)
  expect(await other.reads()).toMatchObject({ shared: 1, made: 0 })
  expect(await stranger.answer()).toEqual(made)
  expect(await stranger.reads()).toMatchObject({ shared: 0, made: 1 })
  expect(await stranger.answer(made.etag!)).toMatchObject({ status: 304 })
})

test('what lies in Redis is for operators alone: nobody reads it there, or puts another page in its place', async () => {
  const [one, other] = [await start(), await start()]
  await redis.flushall()
  const made = await one.answer()
  await expect.poll(() => redis.keys('entente:pages:*'), soon).toHaveLength(1)
  const [place] = await redis.keys('entente:pages:*')
  const sealed = (await redis.getBuffer(place!))!
  expect(sealed.toString('latin1')).not.toContain('Katrina')
  expect(await redis.ttl(place!)).toBeGreaterThan(0)
  expect(await redis.ttl(place!)).toBeLessThanOrEqual(30)
  sealed[sealed.length - 1]! ^= 1
  await redis.set(place!, sealed)
  expect(await other.answer()).toEqual(made)
  expect(await other.reads()).toMatchObject({ shared: 0, made: 1 })
})

test('nobody gets a page, or learns that it is still the same, who may not read it', async () => {
  const one = await start()
  const { etag } = await one.answer()
  const refused = async (as: 'viewer' | 'regulator') => {
    const response = await one.read(as, etag!)
    return { status: response.status, etag: response.headers.get('etag'), ...((await response.json()) as object) }
  }
  expect(await refused('regulator')).toMatchObject({ status: 403, etag: null, code: 'UNAUTHORIZED' })
  expect((await one.answer(etag!)).status).toBe(304)
  one.revokeViewer()
  expect(await refused('viewer')).toMatchObject({ status: 401, etag: null, code: 'API_KEY_UNKNOWN' })
})

test('without Redis, and with one that does not answer, every read is answered, and right', async () => {
  const one = await start()
  const server = servers.stack.servers.find(({ name }) => name === 'redis')!
  const question = async (limit: number) => (await one.read('viewer', undefined, `/v1/tasks?limit=${limit}`)).status
  process.kill(server.pid, 'SIGSTOP')
  try {
    expect(await question(11)).toBe(200)
    expect(await one.reads()).toMatchObject({ made: 1, lost: 1 })
    expect(await question(11)).toBe(200)
    expect(await one.reads()).toMatchObject({ near: 1 })
  } finally {
    process.kill(server.pid, 'SIGKILL')
  }
  await expect.poll(() => redis.status, soon).not.toBe('ready')
  const before = await one.answer()
  expect(before.status).toBe(200)
  await publish.entries(historyOf('katrina').slice(5, 6))
  await one.caughtUp()
  const after = await one.answer(before.etag!)
  expect(JSON.parse(after.text)).toMatchObject({ events: JSON.parse(before.text).events + 1 })
  expect((await one.answer(after.etag!)).status).toBe(304)

  await server.restart()
  await expect.poll(() => redis.status, soon).toBe('ready')
  // Left alone for a second after it was lost; what was not asked before is not found near.
  let limit = 12
  const shared = async () => {
    await question(limit++)
    return (await redis.keys('entente:pages:*')).length
  }
  await expect.poll(shared, soon).toBeGreaterThan(0)
})
