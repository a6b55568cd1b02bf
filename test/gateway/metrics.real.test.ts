import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openViews } from '../../coordinator/views/open-views.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { apiKeysFile, createApiKey } from '../../operator/api-keys.ts'
import { startOperator } from '../../operator/serve.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../stack/chain-intent.ts'
import { openLog } from '../../stack/log.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { sendForeign } from './send-foreign.ts'
import { mint } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
const stops: (() => Promise<unknown>)[] = []
let gateway: Gateway
let scrape: () => Promise<Response>

beforeAll(async () => {
  const dataDir = scratchDir('metrics')
  const config = { ENTENTE_HOST: '127.0.0.1', ENTENTE_PORT: 0, ENTENTE_DATA: dataDir }
  const key = createApiKey(apiKeysFile(config), 'viewer', 'Prometheus')
  const db = await openViews({ file: join(dataDir, 'views.sqlite') })
  const log = openLog('api', { LOG_LEVEL: 'silent' })
  const api = await startOperator({ nc: world().nc, db, config, log, privateKey: `0x${'11'.repeat(32)}` })
  stops.push(
    () => api.stop(),
    () => db.destroy(),
  )
  scrape = () => fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })
  gateway = await start({ patience: { unsettledMs: 400, unheardMs: 400 }, finalityBlocks: 0 })
})
afterAll(async () => {
  await gateway.stop()
  for (const stop of stops) await stop()
})

async function figures(): Promise<Map<string, number>> {
  const response = await scrape()
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = (await response.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

/** The very figures that say so: between two scrapes what differs may change its state, and counts anew. */
async function when(scan: string, count: number) {
  let seen = new Map<string, number>()
  const counted = async () => {
    seen = await figures()
    return seen.get(`entente_chain_differences{scan="${scan}"}`)
  }
  await expect.poll(counted, { timeout: 10_000 }).toBe(count)
  return {
    oldest: seen.get(`entente_chain_differences_oldest_seconds{scan="${scan}"}`),
    owned: (owner: string) => seen.get(`entente_chain_differences_owned{scan="${scan}",owner="${owner}"}`),
  }
}

test('all scans are zero when all is well', async () => {
  const all = await figures()
  expect(all.get('entente_chain_scans_answered')).toBe(1)
  for (const scan of ['A', 'B', 'C']) expect(all.get(`entente_chain_differences{scan="${scan}"}`)).toBe(0)
})

test('a message that nobody mines, and then nobody acts on, is in the figures until it is mined, and acted on', async () => {
  await world().rpc('evm_setIntervalMining', [0])
  const { messageId } = await submitIntent(world().nc, mint(world(), 'measured'), patience)
  const inFlight = async () => (await figures()).get(`entente_signer_in_flight{signer="${world().governor}",pool=""}`)
  await expect.poll(inFlight, { timeout: 5_000 }).toBe(1)
  const late = await when('A', 1)
  expect(late.owned('gateway')).toBe(1)
  expect(late.oldest).toBeGreaterThan(0.4)
  await world().rpc('evm_setIntervalMining', [1])
  await awaitOutcome(world().nc, messageId, patience)
  await when('A', 0)
  expect(await inFlight()).toBe(0)
  expect((await when('B', 1)).owned('consortium')).toBe(1)
  await completeMessage(world().nc, messageId)
  expect((await when('B', 0)).oldest).toBe(0)
})

test('a transaction that nobody asked for is in the figures until it is accepted', async () => {
  const txHash = await sendForeign(world())
  expect((await when('C', 1)).owned('operator')).toBe(1)
  const asking = { timeoutMs: 5_000, silence: 'CHAIN_SLOW' } as const
  await ask(world().nc, subjects.chainAccept, { txHash, reason: 'sent by hand' }, asking)
  await when('C', 0)
})

test('without a gateway nothing is said to be zero', async () => {
  await gateway.stop()
  const all = await figures()
  expect(all.get('entente_chain_scans_answered')).toBe(0)
  expect([...all.keys()].some(name => /^entente_(chain_differences|signer)/.test(name))).toBe(false)
})
