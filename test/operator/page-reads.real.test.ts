import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openViews } from '../../coordinator/views/open-views.ts'
import { streamsOf } from '../../coordinator/views/places.ts'
import { startProjection } from '../../coordinator/views/project.ts'
import { keys, type TableName } from '../../coordinator/views/schema.ts'
import { sources } from '../../coordinator/views/sources.ts'
import { apiKeysFile, createApiKey } from '../../operator/api-keys.ts'
import { startOperator } from '../../operator/serve.ts'
import { sha256 } from '../../protocol/hash.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { withStack } from '../harness/with-stack.ts'
import { adminA, admit, card, enrolled, messageId, messageLife, Publisher, walletA } from '../views/publish.ts'
import { historyOf, taskIdOf } from '../views/sample-task.ts'
import { operatorKey } from './with-api.ts'

const servers = withStack()
const log = openLog('reads', { LOG_LEVEL: 'silent' })
const katrina = taskIdOf('katrina')
const transaction = sha256('tx 1')

/** A path of each route whose answers are kept, asked so that it looks everywhere it can. */
const questions: Record<string, readonly string[]> = {
  '/v1/tasks': ['/v1/tasks?domain=emergency'],
  '/v1/tasks/{taskId}': [`/v1/tasks/${katrina}`],
  '/v1/agents': ['/v1/agents?activity=active&domain=weather'],
  '/v1/agents/{agentId}': ['/v1/agents/0'],
  '/v1/domains': ['/v1/domains'],
  '/v1/alerts': ['/v1/alerts'],
  '/v1/evidence/leaves': ['/v1/evidence/leaves'],
  '/v1/evidence/checkpoints': ['/v1/evidence/checkpoints'],
  '/v1/chain/messages': [`/v1/chain/messages?task=${katrina}&agent=7&txHash=${transaction}`],
  '/v1/chain/messages/{messageId}': [`/v1/chain/messages/${messageId}`],
  '/v1/explorer/blocks': ['/v1/explorer/blocks'],
  '/v1/explorer/blocks/{block}': ['/v1/explorer/blocks/1'],
  '/v1/explorer/transactions/{txHash}': [`/v1/explorer/transactions/${transaction}`],
  '/v1/explorer/addresses/{address}': [`/v1/explorer/addresses/${adminA}`],
  '/v1/explorer/search': ['7', katrina, adminA, 'weather'].map(text => `/v1/explorer/search?q=${text}`),
  '/v1/explorer/bonds': ['/v1/explorer/bonds?domain=weather&address=treasury'],
  '/v1/explorer/money': ['/v1/explorer/money?domain=weather'],
  '/v1/explorer/movements': ['/v1/explorer/movements?domain=weather'],
}

/** Notes the tables of every query, however deep in it. */
class Looker implements KyselyPlugin {
  readonly seen = new Set<TableName>()
  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => {
    for (const table of Object.keys(keys) as TableName[]) {
      const name = table.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
      if (
        JSON.stringify(node).includes(
          `"table":{"kind":"SchemableIdentifierNode","identifier":{"kind":"IdentifierNode","name":"${name}"}}`,
        )
      )
        this.seen.add(table)
    }
    return node
  }
  transformResult: KyselyPlugin['transformResult'] = async ({ result }) => result
}

type Described = {
  responses: Record<string, { headers?: { ETag?: { description: string } } }>
  parameters?: { name: string }[]
}

const looker = new Looker()
const stops: (() => Promise<unknown>)[] = []
let read: (path: string) => Promise<Response>

beforeAll(async () => {
  const nc = await servers.connect('reads')
  await ensureStreams(nc, { replicas: 1 })
  const publish = new Publisher(nc)
  await publish.entries(historyOf('katrina'))
  await publish.life(messageLife)
  await publish.card(card)
  await publish.chain([admit('weather', adminA), ...enrolled('0', 'weather', adminA, walletA)])
  const dir = scratchDir('reads')
  const config = { ENTENTE_HOST: '127.0.0.1', ENTENTE_PORT: 0, ENTENTE_DATA: dir }
  const key = createApiKey(apiKeysFile(config), 'viewer', 'test')
  const db = await openViews({ file: join(dir, 'views.sqlite') })
  const projection = startProjection({ nc, db, log })
  await projection.caughtUp()
  const api = await startOperator({ nc, db: db.withPlugin(looker), config, log, privateKey: operatorKey })
  stops.push(
    () => db.destroy(),
    () => projection.stop(),
    () => api.stop(),
  )
  read = path => fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${key}` } })
})
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
})

test('each table is made from one stream', () => {
  const tables = sources.flatMap(source => source.tables)
  expect(tables.toSorted()).toEqual(
    Object.keys(keys)
      .filter(table => table !== 'cursors')
      .toSorted(),
  )
})

test('the description names every stream that an answer follows from, as far as its queries tell', async () => {
  const { paths } = (await (await read('/openapi.json')).json()) as { paths: Record<string, { get?: Described }> }
  const kept = Object.entries(paths).filter(([, { get }]) => get?.responses['200']?.headers?.ETag)
  expect(kept.map(([path]) => path).toSorted()).toEqual(Object.keys(questions).toSorted())
  for (const [path, { get }] of kept) {
    looker.seen.clear()
    for (const question of questions[path]!) expect((await read(question)).status, question).toBe(200)
    const { description } = get!.responses['200']!.headers!.ETag!
    const described = description.split(': ')[1]!.split(', ')
    looker.seen.delete('cursors')
    expect(looker.seen.size, path).toBeGreaterThan(0)
    expect(described.toSorted(), path).toEqual(streamsOf([...looker.seen]).toSorted())
    expect(get!.responses['304']!.headers, path).toHaveProperty('ETag')
    expect(get!.parameters, path).toContainEqual(expect.objectContaining({ name: 'if-none-match', in: 'header' }))
  }
})
