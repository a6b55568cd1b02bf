import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { usualParameters } from '../../protocol/consortium.ts'
import { sha256 } from '../../protocol/hash.ts'
import { slugToBytes32 } from '../../protocol/ids.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { followParameters } from '../../registry/follow-parameters.ts'
import { ParameterCache } from '../../registry/parameter-cache.ts'
import { openLog } from '../../stack/log.ts'
import { openRedis } from '../../stack/redis.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'

const servers = withStack()
const log = openLog('test', { LOG_LEVEL: 'silent' })
const soon = { timeout: 10_000, interval: 20 }
let nc: NatsConnection
let redis: ReturnType<typeof openRedis>
let created = ''
let key = ''
let block = 0
let version = 0

beforeAll(async () => {
  nc = await servers.connect('test')
  await ensureStreams(nc, { replicas: 1 })
  created = (await (await jetstreamManager(nc)).streams.info(streams.chainEvents)).created
  key = `entente:parameters:${created}`
  redis = openRedis(servers.stack.urls.redis)
  await vi.waitFor(() => expect(redis.status).toBe('ready'), soon)
})
beforeEach(() => redis.del(key))
afterAll(() => redis.disconnect())

/** Logs that the fee was set, as the gateway does. */
async function setFee(value: number) {
  block++
  version++
  const event = {
    contract: 'ConfigRegistry',
    event: 'ConfigSet',
    args: { key: slugToBytes32('fee-bps'), version: `${version}`, value: `${value}`, effectiveAt: '1' },
    address: `0x${'c1'.repeat(20)}`,
    ...{ blockNumber: block, blockHash: sha256(`block ${block}`), blockTimeMs: block, txHash: sha256(`tx ${block}`) },
    logIndex: 0,
  }
  await jetstream(nc).publish(subjects.chainEvent('ConfigRegistry', 'ConfigSet'), JSON.stringify(event))
}

async function follow() {
  const followed = await followParameters({
    ...{ nc, log, otherwise: usualParameters },
    cache: new ParameterCache(redis, log),
  })
  onTestFinished(() => followed.stop())
  return followed
}
const kept = async () => JSON.parse((await redis.hget(key, 'snapshot')) ?? 'null')
const fee = ({ current }: Awaited<ReturnType<typeof follow>>) => current()['fee-bps']

test('what one process has read another finds, and reads on from there', async () => {
  const first = await follow()
  await setFee(201)
  await setFee(202)
  await expect.poll(() => fee(first), soon).toBe(202)
  await expect.poll(async () => (await kept())?.changes.length, soon).toBe(version)
  // What only the cache has shows that it was used: a revision before the last that the log does not have so.
  const snapshot = await kept()
  snapshot.changes[0].atMs = 12_345
  await redis.hset(key, 'snapshot', JSON.stringify(snapshot))
  await setFee(203)
  await expect.poll(() => fee(first), soon).toBe(203)
  await redis.hset(key, 'snapshot', JSON.stringify(snapshot), 'sequence', snapshot.sequence)
  const second = await follow()
  expect(fee(second)).toBe(203)
  expect(second.changes()[0]!.atMs).toBe(12_345)
  expect(second.changes().map(({ revision }) => revision)).toEqual(first.changes().map(({ revision }) => revision))
})

test('what the log does not have, at the very place, is not taken from the cache', async () => {
  await setFee(210)
  const first = await follow()
  await setFee(211)
  await expect.poll(async () => (await kept())?.changes.length, soon).toBe(version)
  const good = await kept()
  const last = good.changes.at(-1)
  const wrong: [string, unknown][] = [
    ['no JSON', '{'],
    ['another form', { ...good, changes: 'none' }],
    ['one left out', { ...good, changes: good.changes.slice(1) }],
    ['another value', { ...good, changes: good.changes.with(-1, { ...last, value: '999' }) }],
    [
      'a change more',
      { ...good, changes: [...good.changes, { ...last, revision: last.revision + 1, blockNumber: 99 }] },
    ],
    ['a place ahead of the log', { ...good, sequence: good.sequence + 7 }],
  ]
  for (const [what, snapshot] of wrong) {
    await redis.hset(key, 'snapshot', typeof snapshot === 'string' ? snapshot : JSON.stringify(snapshot))
    const other = await follow()
    expect(other.changes(), what).toEqual(first.changes())
    expect(fee(other), what).toBe(211)
  }
})

test('who is late does not put older in place of newer', async () => {
  const cache = new ParameterCache(redis, log)
  await setFee(220)
  const first = await follow()
  await setFee(221)
  await expect.poll(async () => (await kept())?.changes.length, soon).toBe(version)
  const newer = await kept()
  const older = { sequence: newer.sequence - 1, changes: newer.changes.slice(0, -1) }
  await cache.keep(created, older)
  expect(await kept()).toEqual(newer)
  // Of a stream that was made anew nothing is known yet.
  await cache.keep('another', older)
  expect(await kept()).toEqual(newer)
  expect(fee(await follow())).toBe(fee(first))
})

test('without Redis all is read from the log, and what was learned meanwhile is in it when it is back', async () => {
  await setFee(230)
  const first = await follow()
  const server = servers.stack.servers.find(({ name }) => name === 'redis')!
  process.kill(server.pid, 'SIGKILL')
  await expect.poll(() => redis.status, soon).not.toBe('ready')
  await setFee(231)
  await expect.poll(() => fee(first), soon).toBe(231)
  const second = await follow()
  expect(fee(second)).toBe(231)
  await server.restart()
  await expect.poll(() => redis.status, soon).toBe('ready')
  await expect.poll(async () => (await kept())?.changes.at(-1)?.value, soon).toBe('231')
  expect((await kept()).changes).toEqual(first.changes())
})
