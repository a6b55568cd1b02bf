import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStreamClient, jetstreamManager, type PubAck } from '@nats-io/jetstream'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import { expect, test } from 'vitest'
import { streams, subjects } from '../../protocol/subjects.ts'
import { connectBus } from '../../stack/bus.ts'
import { issueCreds } from '../../stack/bus-user.ts'
import { openJetstream } from '../../stack/publish.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { waitForEnd } from '../harness/is-running.ts'
import { withStack } from '../harness/with-stack.ts'

const stack = withStack()

async function ground() {
  const nc = await stack.connect('publisher')
  await ensureStreams(nc, { replicas: 1 })
  return { nc, js: openJetstream(nc), jsm: await jetstreamManager(nc) }
}

/** What became of a publish, and when. */
interface Settled {
  readonly text: string
  readonly stored: PubAck | null
  readonly error: unknown
  readonly tookMs: number
}

const patienceMs = 1_500
const subject = subjects.evidence('event')

function publishAll(js: JetStreamClient, name: string, count: number): Promise<Settled[]> {
  const startedMs = performance.now()
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const text = `${name}/${index}`
      const settled = (stored: PubAck | null, error: unknown) => {
        return { text, stored, error, tookMs: performance.now() - startedMs }
      }
      return js.publish(subject, text, { msgID: text, timeout: patienceMs }).then(
        stored => settled(stored, null),
        (error: unknown) => settled(null, error),
      )
    }),
  )
}

/** Whether the server is at work. */
function answersPing(nc: NatsConnection): Promise<boolean> {
  const answered = nc.flush().then(
    () => true,
    () => false,
  )
  return Promise.race([answered, sleep(200, false)])
}

async function reconnected(nc: NatsConnection): Promise<void> {
  for await (const { type } of nc.status()) if (type === 'reconnect') return
}

const count = 300

test('where the server is killed with publishes under way each settles in its time, and none is called stored that is not', async () => {
  const { nc, js, jsm } = await ground()
  const server = stack.stack.servers.find(({ name }) => name === 'nats')!
  const before = await publishAll(js, 'before', count)
  process.kill(server.pid, 'SIGSTOP')
  while (await answersPing(nc)) await sleep(10)
  const underWay = publishAll(js, 'under way', count)
  // Long enough for all to have left; nobody reads them.
  await sleep(100)
  process.kill(server.pid, 'SIGKILL')
  expect(await waitForEnd([server.pid], 5_000)).toEqual([])
  const away = publishAll(js, 'away', count)
  await server.restart()
  const lost = await underWay
  const settled = [...before, ...lost, ...(await away)]

  expect(settled).toHaveLength(3 * count)
  expect(before.filter(({ error }) => error !== null)).toEqual([])
  expect(lost.filter(({ error }) => !(error instanceof errors.TimeoutError))).toEqual([])
  for (const { error, stored, tookMs } of settled) {
    expect(tookMs).toBeLessThan(patienceMs + 1_000)
    if (stored === null) expect(error).toBeInstanceOf(errors.TimeoutError)
  }
  for (const { text, stored } of settled) {
    if (stored === null) continue
    expect((await jsm.streams.getMessage(streams.evidence, { seq: stored.seq }))!.string()).toBe(text)
  }

  // By the same connection, under the same ids: each is there, once.
  for (const name of ['before', 'under way', 'away']) {
    const again = await publishAll(js, name, count)
    expect(again.filter(({ error }) => error !== null)).toEqual([])
  }
  expect((await jsm.streams.info(streams.evidence)).state.messages).toBe(3 * count)
})

test('each of many under way gets the answer to itself', async () => {
  const { js, jsm } = await ground()
  const settled = await publishAll(js, 'many', 5_000)
  const sequences = settled.map(({ stored }) => stored!.seq)
  expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index))
  for (const index of [0, 1_234, 4_999]) {
    const there = await jsm.streams.getMessage(streams.evidence, { seq: sequences[index]! })
    expect(there!.string()).toBe(`many/${index}`)
  }
})

test('an answer that comes too late, twice, or to nothing that was published is left alone', async () => {
  const { nc, js } = await ground()
  const replies: string[] = []
  nc.subscribe('somebody.is.slow', { callback: (_, { reply }) => void replies.push(reply!) })
  await expect(js.publish('somebody.is.slow', 'x', { timeout: 100 })).rejects.toBeInstanceOf(errors.TimeoutError)
  const madeUp = replies[0]!.replace(/[^.]*$/, 'made-up')
  const answer = JSON.stringify({ stream: streams.tasks, seq: 123_456_789 })
  for (const reply of [replies[0]!, replies[0]!, madeUp]) nc.publish(reply, answer)
  await nc.flush()
  expect((await js.publish(subjects.task('after-that'), 'x')).seq).toBeLessThan(123_456_789)
})

test('who may not hear answers is told so at once, and may publish as soon as he may', async () => {
  await ground()
  const account = stack.stack.busAccount!
  const hearing = (allowed: string) => {
    const permissions = { pub: { allow: ['>'], deny: [] }, sub: { allow: [allowed], deny: [] } }
    return issueCreds(account, { name: 'hearing', permissions, ttlSeconds: 600 })
  }
  let creds = await hearing('_INBOX.others.>')
  const options = { url: stack.stack.urls.nats, name: 'hearing', inboxPrefix: '_INBOX.own', creds: () => creds }
  const nc = await connectBus(options)
  try {
    const js = openJetstream(nc)
    const publish = () => js.publish(subjects.task('heard'), 'x', { timeout: 5_000 })
    const startedMs = performance.now()
    for (const _ of [1, 2]) await expect(publish()).rejects.toBeInstanceOf(errors.PermissionViolationError)
    expect(performance.now() - startedMs).toBeLessThan(4_000)
    creds = await hearing('_INBOX.own.>')
    const isBack = reconnected(nc)
    await nc.reconnect()
    await isBack
    expect(await publish()).toMatchObject({ stream: streams.tasks })
  } finally {
    await nc.close()
  }
})
