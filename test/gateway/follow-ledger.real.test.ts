import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { followLedger, type LedgerFollower } from '../../gateway/follow-ledger.ts'
import { createLedger } from '../../gateway/ledger.ts'
import { type ChainEntry, messageIdOf } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'

const { connect } = withStack()
const soon = { timeout: 10_000, interval: 20 }
const ledger = createLedger()
const stopping = new AbortController()
const news: Hex[] = []
let nc: NatsConnection
let jsm: JetStreamManager
let follower: LedgerFollower
let running: Promise<void>

beforeAll(async () => {
  nc = await connect('ledger')
  await ensureStreams(nc, { replicas: 1 })
  jsm = await jetstreamManager(nc)
  follower = followLedger({
    ...{ nc, ledger, after: 0, signal: stopping.signal, log: openLog('ledger', { LOG_LEVEL: 'warn' }) },
    onNews: ({ messageId }) => news.push(messageId),
  })
  running = follower.run()
})
afterAll(async () => {
  stopping.abort()
  await running
})

async function publish(businessId: string): Promise<{ entry: ChainEntry; seq: number }> {
  const key = { tenant: 'consortium', operation: 'follow', businessId }
  const call = { from: 'relayer' as const, contract: 'Anchors', call: 'anchor', args: [] }
  const intent = { ...key, ...call, value: '0', prove: false }
  const entry: ChainEntry = {
    messageId: messageIdOf(key),
    steps: [{ state: 'RECEIVED', atMs: Date.now(), intent }],
  }
  const { seq } = await jsm.jetstream().publish(subjects.chainTx(entry.messageId), JSON.stringify(entry))
  return { entry, seq }
}

/** As a gateway does it: the ledger has it before the follower is told. */
async function storeHere(businessId: string): Promise<number> {
  const { entry, seq } = await publish(businessId)
  ledger.note(entry, seq)
  follower.stored(seq)
  return seq
}

const readers = async () => (await jsm.consumers.list(streams.chainTx).next()).length
const open = () => [...ledger.open()].map(({ life }) => life.intent.businessId)

test('what is stored here is not sent back', async () => {
  for (const name of ['own 1', 'own 2', 'own 3']) await storeHere(name)
  await new Promise(resolve => setTimeout(resolve, 300))
  expect([await readers(), follower.lastSeq(), news]).toEqual([0, 3, []])
})

test('what others store is read, in between and afterwards, until they are silent', async () => {
  const { entry } = await publish('another 1')
  await storeHere('own 4')
  await expect.poll(open, soon).toContain('another 1')
  expect(news).toEqual([entry.messageId])
  expect(await readers()).toBe(1)
  const last = await publish('another 2')
  await follower.upTo(last.seq)
  expect(open()).toContain('another 2')

  await expect
    .poll(
      async () => {
        await storeHere(`own at ${performance.now()}`)
        return readers()
      },
      { timeout: 20_000, interval: 100 },
    )
    .toBe(0)
  await expect.poll(follower.lastSeq, soon).toBe((await jsm.streams.info(streams.chainTx)).state.last_seq)
  expect(news.slice(0, 1)).toEqual([entry.messageId])
  expect(news).toContain(last.entry.messageId)
  await publish('another 3')
  await expect.poll(open, soon).toContain('another 3')
}, 40_000)
