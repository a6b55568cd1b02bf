import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openViews } from '../../coordinator/views/open-views.ts'
import { apiKeysFile, createApiKey } from '../../operator/api-keys.ts'
import { startOperator } from '../../operator/serve.ts'
import { openLog } from '../../stack/log.ts'
import { connectRedis } from '../../stack/redis.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { withStack } from '../harness/with-stack.ts'
import { operatorKey } from './with-api.ts'

const servers = withStack()
const log = openLog('api', { LOG_LEVEL: 'silent' })

test('two processes of the API count one key together, and go on without Redis', async () => {
  const dir = scratchDir('shared')
  const config = { ENTENTE_HOST: '127.0.0.1', ENTENTE_PORT: 0, ENTENTE_DATA: dir }
  const key = createApiKey(apiKeysFile(config), 'viewer', 'test')
  const nc = await servers.connect('shared')
  await ensureStreams(nc, { replicas: 1 })
  const db = await openViews({ file: join(dir, 'views.sqlite') })
  const redis = await connectRedis(servers.stack.urls.redis)
  const start = () =>
    startOperator({ nc, db, config, log, privateKey: operatorKey, redis, limits: { requestsPerMinute: 4 } })
  const [one, other] = [await start(), await start()]
  const ask = async ({ url }: { url: string }) =>
    (await fetch(`${url}/v1/domains`, { headers: { authorization: `Bearer ${key}` } })).status
  try {
    const statuses = []
    for (const api of [one, other, one, other, one, other]) statuses.push(await ask(api))
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429])
    redis.disconnect()
    expect(await ask(one)).toBe(200)
  } finally {
    await Promise.all([one.stop(), other.stop()])
    redis.disconnect()
    await db.destroy()
  }
})
