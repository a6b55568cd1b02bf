import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { json } from 'node:stream/consumers'
import { beforeAll, expect, test } from 'vitest'
import { apiKeysFile, createApiKey } from '../../operator/api-keys.ts'
import { addressOf } from '../../protocol/sign.ts'
import { type Child, startProcess } from '../../stack/process.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { startTcpRelay } from '../harness/tcp-relay.ts'
import { withStack } from '../harness/with-stack.ts'
import { Publisher } from '../views/publish.ts'
import { historyOf, taskIdOf } from '../views/sample-task.ts'
import { readEvents } from './read-events.ts'
import { operatorKey } from './with-api.ts'

const entry = resolve(import.meta.dirname, '../../operator/main.ts')
const servers = withStack()
let dir = ''

beforeAll(async () => {
  dir = scratchDir('operator')
  const nc = await servers.connect('main')
  await ensureStreams(nc, { replicas: 1 })
  const key = { address: addressOf(operatorKey), privateKey: operatorKey }
  writeFileSync(join(dir, 'operator.key'), JSON.stringify(key), { mode: 0o600 })
  writeFileSync(join(dir, 'operator.creds'), servers.stack.busCreds!, { mode: 0o600 })
  await new Publisher(nc).entries(historyOf('katrina').slice(0, 4))
})

function start(env: Record<string, string> = {}): Promise<Child<{ url: string }>> {
  return startProcess({
    name: 'operator',
    entry,
    dir,
    env: {
      NATS_URL: servers.stack.urls.nats,
      NATS_CREDS: join(dir, 'operator.creds'),
      ENTENTE_KEY: join(dir, 'operator.key'),
      ENTENTE_DATA: dir,
      ...env,
    },
  })
}

test('runs as a process: fills the read model, serves it, and ends its streams when it is stopped', async () => {
  const child = await start()
  const key = createApiKey(apiKeysFile({ ENTENTE_DATA: dir }), 'viewer', 'test')
  const read = (path: string) => fetch(`${child.ready.url}${path}`, { headers: { authorization: `Bearer ${key}` } })
  const path = `/v1/tasks/${taskIdOf('katrina')}`
  await expect.poll(async () => (await read(path)).status, { timeout: 10_000 }).toBe(200)

  expect((await readEvents(await read(`${path}/events`), 5)).events).toHaveLength(5)
  const following = readEvents(await read(`${path}/events`))
  const startedMs = performance.now()
  await child.stop()
  // An end, not an error: the reader comes again, and finds another process that goes on.
  await following
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})

test('two processes share one read model', async () => {
  const [first, second] = await Promise.all([start(), start()])
  for (const { ready } of [first, second]) {
    expect(await (await fetch(`${ready.url}/healthz`)).json()).toMatchObject({ ok: true })
  }
  await Promise.all([first.stop(), second.stop()])
})

test('says that the bus is away, wherever an answer needs it', async () => {
  const relay = await startTcpRelay(Number(new URL(servers.stack.urls.nats).port))
  const child = await start({ NATS_URL: `nats://127.0.0.1:${relay.port}` })
  const key = createApiKey(apiKeysFile({ ENTENTE_DATA: dir }), 'operator', 'test')
  await relay.close()
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  const asked = [
    ['GET', `/v1/tasks/${taskIdOf('katrina')}/events`, {}],
    ['GET', '/v1/chain/events/live', { ...upgrade, 'sec-websocket-key': Buffer.alloc(16, 7).toString('base64') }],
    ['GET', '/v1/dead', {}],
    ['DELETE', '/v1/dead/1', {}],
  ] as const
  const answers = asked.map(async ([method, path, more]) => {
    const headers = { ...more, authorization: `Bearer ${key}` }
    const [response] = await once(request(`${child.ready.url}${path}`, { method, headers }).end(), 'response')
    return json(response)
  })
  const away = { status: 503, code: 'BUS_UNREACHABLE', retry: true }
  expect(await Promise.all(answers)).toMatchObject(asked.map(() => away))
  await child.stop()
})

test('says what is wrong: a port that is taken, a key that others may read, a key that is none', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  await expect(start({ ENTENTE_PORT: `${port}` })).rejects.toMatchObject({ code: 'PORT_TAKEN' })
  taken.close()
  writeFileSync(join(dir, 'open.key'), JSON.stringify({ privateKey: operatorKey }), { mode: 0o644 })
  await expect(start({ ENTENTE_KEY: join(dir, 'open.key') })).rejects.toMatchObject({
    code: 'KEY_INVALID',
    message: expect.stringContaining('others may open'),
  })
  writeFileSync(join(dir, 'no.key'), '{"privateKey":"0x12"}', { mode: 0o600 })
  await expect(start({ ENTENTE_KEY: join(dir, 'no.key') })).rejects.toMatchObject({
    code: 'KEY_INVALID',
    message: expect.stringContaining('holds no key'),
  })
})
