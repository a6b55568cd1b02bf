import { randomUUID } from 'node:crypto'
import { AckPolicy, type JetStreamClient, jetstreamManager } from '@nats-io/jetstream'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { handleWith } from '../../../coordinator/handle.ts'
import { Hearing } from '../../../coordinator/hearing.ts'
import { followStamps } from '../../../coordinator/log/follow-stamps.ts'
import { Snapshots } from '../../../coordinator/log/snapshots.ts'
import { TaskLog } from '../../../coordinator/log/task-log.ts'
import { leaveToCoordinators } from '../../../coordinator/owed/leave.ts'
import { openOwed } from '../../../coordinator/owed/open-owed.ts'
import { Words } from '../../../coordinator/owed/words.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { streams } from '../../../protocol/subjects.ts'
import { openJetstream } from '../../../stack/publish.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { withStack } from '../../harness/with-stack.ts'
import { commandsToPlan, newTaskId, openTaskLog, silent } from '../log/with-log.ts'

const { connect } = withStack()
const patience = { timeout: 20_000, interval: 20 }
let nc: NatsConnection
const stops: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  nc = await connect('take over')
  await ensureStreams(nc, { replicas: 1 })
})
afterEach(() => Promise.all(stops.splice(0).map(stop => stop())))

interface Made {
  readonly on?: NatsConnection
  readonly js?: JetStreamClient
  readonly fails?: () => boolean
}

/** As much of a coordinator as writes entries and sees to what they bring about. */
async function coordinator({ on = nc, js = openJetstream(on), fails = () => false }: Made = {}) {
  const writer = randomUUID()
  const jsm = await jetstreamManager(on)
  const tasks = new TaskLog(js, jsm, await Snapshots.open(on, silent), writer)
  const broughtAbout: string[] = []
  const owed = await openOwed({
    ...{ nc: on, jsm, log: silent, tasks, writer, hearing: new Hearing() },
    turnOf: ({ taskId }) => taskId,
    async bringAbout({ taskId, first }) {
      if (fails()) throw new Error('what it needs is away')
      broughtAbout.push(`${taskId}/${first}`)
    },
  })
  const stamps = followStamps(on, silent, owed.heed)
  await stamps.caughtUp
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    await stamps.stop()
    await owed.stop()
  }
  stops.push(stop)
  const handle = handleWith(tasks)
  return { tasks, handle, broughtAbout, owed, stop }
}

/** Has a task written as far as its plan; where its entries begin. */
async function write({ handle }: Pick<Awaited<ReturnType<typeof coordinator>>, 'handle'>): Promise<[Hex, string[]]> {
  const taskId = newTaskId()
  const begins: string[] = []
  for (const command of commandsToPlan()[1]) {
    await handle(taskId, ({ length }) => {
      begins.push(`${taskId}/${length}`)
      return command
    })
  }
  return [taskId, begins]
}

/** Until just this was brought about, and no more. */
async function until({ broughtAbout }: { readonly broughtAbout: string[] }, begins: readonly string[]) {
  await vi.waitFor(() => expect(broughtAbout.toSorted()).toEqual(begins.toSorted()), patience)
}

it('of each entry that was written here is brought about, tried again for as long as it fails', async () => {
  let isAway = true
  const one = await coordinator({ fails: () => isAway })
  const [, begins] = await write(one)
  expect(one.broughtAbout).toEqual([])
  isAway = false
  await until(one, begins)
})

it('that is left when a coordinator stops, and that of its last entries, is seen to by another at once', async () => {
  const one = await coordinator({ fails: () => true })
  const [, begins] = await write(one)
  await one.stop()
  const [, late] = await write(one)
  const other = await coordinator()
  await other.owed.takeOver()
  await until(other, [...begins, ...late])
})

it('of one that is silent is seen to by another after three seconds', async () => {
  const own = await connect('dies')
  const one = await coordinator({ on: own, fails: () => true })
  const [, begins] = await write(one)
  await own.close()
  const other = await coordinator()
  await other.owed.takeOver()
  await until(other, begins)
})

it('of one that is silent is seen to by one of those who look', async () => {
  const own = await connect('dies')
  const one = await coordinator({ on: own, fails: () => true })
  const [, begins] = await write(one)
  await own.close()
  const others = await Promise.all([coordinator(), coordinator(), coordinator()])
  await Promise.all(others.map(({ owed }) => owed.takeOver()))
  const all = () => others.flatMap(({ broughtAbout }) => broughtAbout)
  await vi.waitFor(() => expect(all()).toHaveLength(begins.length), patience)
  expect(all().toSorted()).toEqual(begins.toSorted())
})

it('of what was stored, though its writer was never told so, is brought about', async () => {
  const js = openJetstream(nc)
  const publish: JetStreamClient['publish'] = async (...args) => {
    await js.publish(...args)
    throw new Error('the answer was lost')
  }
  const one = await coordinator({ js: { ...js, publish } as JetStreamClient })
  const taskId = newTaskId()
  await expect(one.handle(taskId, () => commandsToPlan()[1][0]!)).rejects.toThrow('the answer was lost')
  await until(one, [`${taskId}/0`])
})

it('of one that is silent is seen to, though whoever takes over is never told that its word was settled', async () => {
  const one = await coordinator({ fails: () => true })
  const [, begins] = await write(one)
  await one.stop()
  const settle = Words.prototype.settle
  const lost = vi.spyOn(Words.prototype, 'settle').mockImplementationOnce(async function (this: Words, ...settled) {
    await settle.apply(this, settled)
    throw new errors.TimeoutError()
  })
  const other = await coordinator()
  await other.owed.takeOver()
  await until(other, begins)
  lost.mockRestore()
})

it('of very many entries that are taken over is brought about, and few of them are read at a time', async () => {
  const one = await coordinator({ fails: () => true })
  const written = await Promise.all(Array.from({ length: 100 }, () => write(one)))
  await one.stop()
  const other = await coordinator()
  const read = other.tasks.entryAt.bind(other.tasks)
  let [now, most] = [0, 0]
  vi.spyOn(other.tasks, 'entryAt').mockImplementation(async sequence => {
    most = Math.max(most, ++now)
    return read(sequence).finally(() => now--)
  })
  await other.owed.takeOver()
  await until(
    other,
    written.flatMap(([, begins]) => begins),
  )
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(64)
})

it('of who is no coordinator is seen to by those who are', async () => {
  const one = await coordinator()
  await one.owed.takeOver()
  const writer = randomUUID()
  const left = await leaveToCoordinators({ nc, jsm: await jetstreamManager(nc), log: silent, writer })
  stops.push(() => left.stop())
  const handle = left.leaving(handleWith(await openTaskLog(nc, writer)))
  const [, first] = await write({ handle })
  await until(one, first)
  const [, second] = await write({ handle })
  await until(one, [...first, ...second])
})

it('that coordinators left which shared a consumer is seen to', async () => {
  const jsm = await jetstreamManager(nc)
  const before = await coordinator({ fails: () => true })
  await jsm.streams.purge(streams.tasks)
  await jsm.consumers.add(streams.tasks, { durable_name: 'react', ack_policy: AckPolicy.Explicit })
  const [, begins] = await write(before)
  const one = await coordinator()
  await one.owed.takeOver()
  await until(one, begins)
  await expect(jsm.consumers.info(streams.tasks, 'react')).rejects.toThrow()
})
