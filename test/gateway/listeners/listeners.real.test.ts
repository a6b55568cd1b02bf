import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Gateway } from '../../../gateway/gateway.ts'
import { ListenerAdded, type ListenerStatus, listenerConsumer } from '../../../protocol/chain-listener.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { ask } from '../../../stack/ask.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { listDeadLetters } from '../../../stack/dead-letters.ts'
import { mint } from '../token.ts'
import { withGateway } from '../with-gateway.ts'
import { expectedSignature, startReceiver } from './receiver.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
const soon = { timeout: 15_000, interval: 50 }
const options = { deliveryLimits: { attemptMs: 1_000, firstPauseMs: 100, longestPauseMs: 400 } }
const running: Gateway[] = []
let minted = 0

beforeAll(async () => {
  running.push(await start(options))
})
afterAll(async () => {
  for (const gateway of running) await gateway.stop()
})

const request = (verb: Parameters<typeof subjects.chainListener>[0], body: unknown) =>
  ask(world().nc, subjects.chainListener(verb), body, { timeoutMs: 5_000, silence: 'CHAIN_SLOW' })
const add = async (body: object) =>
  ListenerAdded.parse(await request('add', { events: ['EntenteToken.Transfer'], ...body }))
const statusOf = async (id: string) =>
  ((await request('list', null)) as ListenerStatus[]).find(listener => listener.id === id)!

async function mintSome(count: number): Promise<void> {
  const names = Array.from({ length: count }, () => `listened ${minted++}`)
  await Promise.all(
    names.map(async name => {
      const { messageId } = await submitIntent(world().nc, mint(world(), name), patience)
      await awaitOutcome(world().nc, messageId, patience)
    }),
  )
}

const sequencesOf = (deliveries: readonly { data: { sequence: number } }[]) =>
  deliveries.map(({ data }) => data.sequence)
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)

test('a listener gets the events it asked for from a block on, once and in order, each signed with its secret', async () => {
  await mintSome(5)
  const [all, late, narrow] = [await startReceiver(), await startReceiver(), await startReceiver()]
  const { secret } = await add({ url: all.url, events: [], from: 0 })
  await expect.poll(() => all.deliveries.filter(({ data }) => data.event === 'Transfer').length, soon).toBe(5)
  const before = all.deliveries.length
  expect(all.deliveries[0]!.data.contract).not.toBe('EntenteToken')
  await add({ url: late.url })
  await add({ url: narrow.url, events: ['EntenteToken.Transfer', 'Domains.DomainAdmitted'], from: 0 })
  await mintSome(5)
  await expect.poll(() => late.deliveries.length, soon).toBe(5)
  await expect.poll(() => narrow.deliveries.length, soon).toBe(10)
  await expect.poll(() => all.deliveries.length, soon).toBe(before + 5)

  const sequences = sequencesOf(all.deliveries)
  expect(sequences).toEqual(sorted([...new Set(sequences)]))
  expect(sequences).toEqual(sequences.map((_, index) => index + 1))
  expect(sequencesOf(late.deliveries)).toEqual(sequences.slice(-5))
  expect(new Set(all.deliveries.map(({ id }) => id)).size).toBe(sequences.length)
  for (const delivery of all.deliveries) {
    expect(delivery.signature).toBe(expectedSignature(secret, delivery))
    expect(Math.abs(Number(delivery.timestamp) * 1_000 - delivery.atMs)).toBeLessThan(3_000)
  }
  expect(JSON.parse(all.deliveries.at(-1)!.body)).toMatchObject({
    type: 'EntenteToken.Transfer',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    data: { args: { to: world().governor, value: '1' } },
  })
  const log = readFileSync(join(world().servers.dir, 'gateway.log'), 'utf8')
  expect(log).toContain('a listener was added')
  expect(log).not.toContain(secret.slice('whsec_'.length))
  expect(JSON.stringify(await request('list', null))).not.toContain('whsec_')
})

test('from a block in the middle, exactly the events of that block and after it', async () => {
  const all = await startReceiver()
  await add({ url: all.url, from: 0 })
  await expect.poll(() => all.deliveries.length, soon).toBe(minted)
  for (const { data } of [all.deliveries[3]!, all.deliveries.at(-1)!]) {
    const some = await startReceiver()
    await add({ url: some.url, from: data.blockNumber })
    const expected = sequencesOf(all.deliveries.filter(each => each.data.blockNumber >= data.blockNumber))
    await expect.poll(() => sequencesOf(some.deliveries), soon).toEqual(expected)
  }
})

test('an attempt that fails is repeated, the same but for its time, before anything after it', async () => {
  const flaky = await startReceiver()
  let failures = 0
  const answers = [500, 'hang', 302] as const
  flaky.answer(() => answers[failures++] ?? 200)
  const { secret } = await add({ url: flaky.url })
  await mintSome(3)
  await expect.poll(() => flaky.deliveries.length, soon).toBe(6)
  const [first, ...others] = sequencesOf(flaky.deliveries)
  expect(others.slice(0, 3)).toEqual([first, first, first])
  expect(others.slice(3)).toEqual([first! + 1, first! + 2])
  const repeated = flaky.deliveries.slice(0, 4)
  expect(new Set(repeated.map(({ id, body }) => id + body)).size).toBe(1)
  for (const delivery of repeated) expect(delivery.signature).toBe(expectedSignature(secret, delivery))
})

test('what always fails lies in its own queue of dead letters, holds up nobody, and is delivered when tried again', async () => {
  const [broken, well] = [await startReceiver(), await startReceiver()]
  broken.answer(({ data }) => (data.sequence % 2 === 0 ? 500 : 200))
  const { id } = await add({ url: broken.url, attempts: 2 })
  const other = await add({ url: well.url })
  await mintSome(4)
  const letters = () => listDeadLetters(world().nc, listenerConsumer(id))
  await expect.poll(async () => (await letters()).length, soon).toBe(2)
  await expect.poll(() => broken.deliveries.length, soon).toBe(6)
  const sequences = sequencesOf(well.deliveries)
  expect(sequences).toHaveLength(4)
  expect(sequencesOf(broken.deliveries)).toEqual(sequences.flatMap(each => (each % 2 === 0 ? [each, each] : [each])))
  await expect.poll(() => statusOf(id), soon).toMatchObject({ dead: 2, waiting: 0, doneUpTo: sequences.at(-1) })
  expect(await statusOf(other.id)).toMatchObject({ dead: 0 })
  const [letter] = await letters()
  expect(letter).toMatchObject({ attempts: 2, cause: 'it answered 500', stream: streams.chainEvents })

  const again = { id, sequence: letter!.sequence }
  await expect(request('retry', again)).rejects.toMatchObject({ code: 'LISTENER_FAILED' })
  await expect(request('retry', { ...again, id: other.id })).rejects.toMatchObject({ code: 'DEAD_LETTER_UNKNOWN' })
  broken.answer(() => 200)
  expect(await request('retry', again)).toEqual(again)
  const last = broken.deliveries.at(-1)!
  const before = broken.deliveries.find(({ data }) => data.sequence === letter!.streamSequence)!
  expect([last.id, last.body]).toEqual([before.id, before.body])
  expect(await letters()).toHaveLength(1)
  await expect(request('retry', again)).rejects.toMatchObject({ code: 'DEAD_LETTER_UNKNOWN' })

  // A listener that is removed leaves nothing behind.
  const jsm = await jetstreamManager(world().nc)
  expect(await request('remove', { id })).toEqual({ id })
  expect(await letters()).toEqual([])
  await expect(jsm.consumers.info(streams.chainEvents, listenerConsumer(id))).rejects.toThrow(/not found/)
  const { state } = await jsm.streams.info('KV_listeners', { subjects_filter: '>' })
  expect(Object.keys(state.subjects!).filter(subject => subject.endsWith(id))).toEqual([])
  await expect(request('remove', { id })).rejects.toMatchObject({ code: 'LISTENER_UNKNOWN' })
  const told = broken.deliveries.length
  await mintSome(1)
  await expect.poll(() => well.deliveries.length, soon).toBe(5)
  expect(broken.deliveries).toHaveLength(told)
})

test('two gateways tell a listener everything in order, each event once, while they come and go', async () => {
  const receiver = await startReceiver()
  await add({ url: receiver.url, from: 0 })
  running.push(await start(options))
  await mintSome(10)
  await running.shift()!.stop()
  await mintSome(10)
  await expect.poll(() => receiver.deliveries.length, soon).toBe(minted)
  const sequences = sequencesOf(receiver.deliveries)
  expect(sequences).toEqual(sorted([...new Set(sequences)]))
})

test.each([
  ['LISTENER_REFUSED', { url: 'http://169.254.169.254/latest/meta-data' }],
  ['LISTENER_REFUSED', { url: 'http://[fe80::1]/' }],
  ['COMMAND_INVALID', { url: 'file:///etc/passwd' }],
  ['COMMAND_INVALID', { url: 'https://user:password@hooks.example/' }],
  ['COMMAND_INVALID', { url: 'https://hooks.example/', events: ['Transfer'] }],
])('%s: %j', async (code, body) => {
  await expect(add(body)).rejects.toMatchObject({ code })
})
