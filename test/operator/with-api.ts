import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll } from 'vitest'
import { openViews } from '../../coordinator/views/open-views.ts'
import { type Projection, startProjection } from '../../coordinator/views/project.ts'
import { apiKeysFile, createApiKey } from '../../operator/api-keys.ts'
import { type Role, roles } from '../../operator/roles.ts'
import { startOperator } from '../../operator/serve.ts'
import type { Limits } from '../../operator/surroundings.ts'
import type { Hex } from '../../protocol/hash.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { withStack } from '../harness/with-stack.ts'

export const operatorKey: Hex = `0x${'11'.repeat(32)}`

type Request = { method?: string; as?: Role; key?: string; body?: unknown; headers?: Record<string, string> }
type Problem = { type: string; status: number; code: string; detail: string; remedy: string; errors?: unknown[] }

/** Gives a test file the real API over a real bus and read model, and a key of each role. */
export function withApi(limits: Partial<Limits> = {}) {
  const servers = withStack()
  const log = openLog('api', { LOG_LEVEL: 'silent' })
  const keys = new Map<Role, string>()
  let dataDir = ''
  let nc: NatsConnection
  let projection: Projection
  let url = ''
  const stops: (() => Promise<void>)[] = []

  beforeAll(async () => {
    nc = await servers.connect('api')
    await ensureStreams(nc, { replicas: 1 })
    dataDir = scratchDir('api')
    const config = { ENTENTE_HOST: '127.0.0.1', ENTENTE_PORT: 0, ENTENTE_DATA: dataDir }
    for (const role of roles) keys.set(role, createApiKey(apiKeysFile(config), role, `test ${role}`))
    const db = await openViews({ file: join(dataDir, 'views.sqlite') })
    projection = startProjection({ nc, db, log })
    const api = await startOperator({ nc, db, config, log, privateKey: operatorKey, limits })
    url = api.url
    stops.push(
      () => db.destroy(),
      () => projection.stop(),
      () => api.stop(),
    )
  })
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop()
  })

  function request(path: string, { method, as, key, body, headers = {} }: Request = {}): Promise<Response> {
    const bearer = key ?? (as === undefined ? undefined : keys.get(as))
    return fetch(`${url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  return {
    request,
    /** The JSON of an answer that must be a success. */
    async get<T>(path: string, as: Role = 'viewer'): Promise<T> {
      const response = await request(path, { as })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    },
    /** The problem document of an answer that must be a failure. */
    async problem(path: string, options: Request = {}): Promise<Problem> {
      const response = await request(path, options)
      const type = response.headers.get('content-type')
      if (!type?.startsWith('application/problem+json')) throw new Error(`${path}: ${response.status} is ${type}`)
      const problem = (await response.json()) as Problem
      if (problem.status !== response.status)
        throw new Error(`${problem.status} in the body, ${response.status} outside`)
      return problem
    },
    get nc() {
      return nc
    },
    /** The server of the bus. */
    get bus() {
      const { pid } = servers.stack.servers.find(({ name }) => name === 'nats')!
      return { kill: (signal: NodeJS.Signals) => process.kill(pid, signal) }
    },
    get url() {
      return url
    },
    get dataDir() {
      return dataDir
    },
    keyOf: (role: Role) => keys.get(role)!,
    caughtUp: () => projection.caughtUp(),
  }
}
