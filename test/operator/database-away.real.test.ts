import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openViews } from '../../coordinator/views/open-views.ts'
import { apiKeysFile, createApiKey } from '../../operator/api-keys.ts'
import { startOperator } from '../../operator/serve.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { startTcpRelay } from '../harness/tcp-relay.ts'
import { withStack } from '../harness/with-stack.ts'
import { withDatabases } from '../views/with-databases.ts'
import { operatorKey } from './with-api.ts'

const servers = withStack()
const databases = withDatabases()
const stops: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  await ensureStreams(await servers.connect('streams'), { replicas: 1 })
})
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
})

test('says that the database is away', async () => {
  const { databaseUrl } = await databases.newPlace('PostgreSQL')
  const url = new URL(databaseUrl!)
  const relay = await startTcpRelay(Number(url.port))
  url.port = `${relay.port}`
  const dir = scratchDir('away')
  const db = await openViews({ databaseUrl: url.href, file: join(dir, 'none') })
  const config = { ENTENTE_HOST: '127.0.0.1', ENTENTE_PORT: 0, ENTENTE_DATA: dir }
  const key = createApiKey(apiKeysFile(config), 'viewer', 'test')
  const [nc, log] = [await servers.connect('away'), openLog('away', { LOG_LEVEL: 'silent' })]
  const api = await startOperator({ nc, db, config, log, privateKey: operatorKey })
  stops.push(
    () => db.destroy(),
    () => api.stop(),
  )
  const ask = () => fetch(`${api.url}/v1/tasks`, { headers: { authorization: `Bearer ${key}` } })
  expect((await ask()).status).toBe(200)
  await relay.close()
  // What is under way on a connection that breaks may still fail otherwise.
  await expect
    .poll(async () => (await ask()).json())
    .toMatchObject({ code: 'SQL_UNREACHABLE', status: 503, retry: true })
})
