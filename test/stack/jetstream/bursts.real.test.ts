import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeEach, expect, it } from 'vitest'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { openJetstream } from '../../../stack/publish.ts'
import { readStream } from '../../../stack/read-stream.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { withStack } from '../../harness/with-stack.ts'

const stack = withStack()
const stream = streams.evidence
let nc: NatsConnection

beforeEach(async () => {
  nc = await stack.connect('bursts')
  await (await jetstreamManager(nc)).streams.delete(stream).catch(() => {})
  await ensureStreams(nc, { replicas: 1 })
})

async function store(count: number): Promise<void> {
  const js = openJetstream(nc)
  await Promise.all(Array.from({ length: count }, () => js.publish(subjects.evidence('event'), 'x')))
}

/** Reads on until it is told to stop; batches as they come, by the sequences in them. */
function reading(gatherMs: number, after = 0) {
  const stopping = new AbortController()
  const batches: number[][] = []
  const done = (async () => {
    const place = { stream, after, gatherMs: () => gatherMs, signal: stopping.signal }
    for await (const batch of readStream(nc, place)) batches.push(batch.map(({ seq }) => seq))
  })()
  const until = async (last: number) => {
    while ((batches.at(-1)?.at(-1) ?? 0) < last) await sleep(5)
  }
  const stop = async () => {
    stopping.abort()
    await done
    return batches.filter(batch => batch.length > 0)
  }
  return { until, stop, done }
}

it('hands on at once what comes first, and together what comes soon after', async () => {
  const reader = reading(500)
  await sleep(100)
  await store(1)
  await reader.until(1)
  await store(1)
  await sleep(20)
  await store(1)
  await reader.until(3)
  await sleep(700)
  await store(1)
  await reader.until(4)
  expect(await reader.stop()).toEqual([[1], [2, 3], [4]])
})

it('hands on all that was there, each once and in order, and no more than 1,024 at once', async () => {
  await store(2_500)
  const reader = reading(0, 100)
  await reader.until(2_500)
  const batches = await reader.stop()
  expect(batches.flat()).toEqual(Array.from({ length: 2_400 }, (_, index) => index + 101))
  expect(batches.map(({ length }) => length)).toEqual([1_024, 1_024, 352])
})

it('ends at once when it is told to, whatever it waits for', async () => {
  for (const gatherMs of [0, 60_000]) {
    await store(1)
    const reader = reading(gatherMs)
    await reader.until(1)
    await sleep(50)
    const beganMs = performance.now()
    await reader.stop()
    expect(performance.now() - beganMs).toBeLessThan(500)
  }
})

it('ends where the server has forgotten the consumer: while it waits for the next, and between bursts', async () => {
  const jsm = await jetstreamManager(nc)
  for (const gatherMs of [0, 300]) {
    await store(1)
    const reader = reading(gatherMs)
    await reader.until(1)
    await sleep(50)
    for (const { name } of await jsm.consumers.list(stream).next()) await jsm.consumers.delete(stream, name)
    await reader.done
  }
})
