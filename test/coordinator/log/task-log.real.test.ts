import { setTimeout as sleep } from 'node:timers/promises'
import { serialize } from 'node:v8'
import { gzipSync } from 'node:zlib'
import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { fold } from '../../../coordinator/flow/evolve.ts'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import { Snapshots } from '../../../coordinator/log/snapshots.ts'
import { readStamp, type Stamp } from '../../../coordinator/log/stamp.ts'
import type { TaskLog } from '../../../coordinator/log/task-log.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { buckets, streams, subjects } from '../../../protocol/subjects.ts'
import { followStream } from '../../../stack/follow-stream.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { withStack } from '../../harness/with-stack.ts'
import { historyOf, newTaskId, openTaskLog, silent } from './with-log.ts'

const stack = withStack()
let nc: NatsConnection
beforeAll(async () => {
  nc = await stack.connect('log')
  await ensureStreams(nc, { replicas: 1 })
})

async function write(log: TaskLog, taskId: Hex, events: readonly TaskEvent[], atOnce = 4): Promise<void> {
  let logged = await log.read(taskId)
  for (let from = 0; from < events.length; from += atOnce) {
    logged = await log.append(logged, events.slice(from, from + atOnce))
  }
}

describe('the log of a task', () => {
  it('refuses the second of two who append to the same state, though both append the very same', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(1)
    const [one, two] = [await openTaskLog(nc, 'one'), await openTaskLog(nc, 'two')]
    const [mine, theirs] = [await one.read(taskId), await two.read(taskId)]
    await one.append(mine, history)
    await expect(two.append(theirs, history)).rejects.toMatchObject({ code: 'LOG_CONFLICT' })
    expect((await two.entries(taskId)).flatMap(({ events }) => events)).toEqual(history)
  })

  it('refuses the second of two writers, who reads on from where it was and is then taken', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(3)
    const [one, other] = [await openTaskLog(nc, 'one'), await openTaskLog(nc, 'other')]
    await write(one, taskId, history.slice(0, 4))
    const stale = await other.read(taskId)
    await write(one, taskId, history.slice(4, 8))
    await expect(other.append(stale, history.slice(4, 6))).rejects.toMatchObject({ code: 'LOG_CONFLICT' })
    const fresh = await other.reread(taskId)
    expect(fresh.task).toEqual(fold(unknownTask(taskId), history.slice(0, 8)))
    await other.append(fresh, history.slice(8))
    expect((await one.reread(taskId)).task).toEqual(fold(unknownTask(taskId), history))
    expect((await one.entries(taskId)).flatMap(({ events }) => events)).toEqual(history)
  })

  it('is read on before anything is decided where another has written since, as its stamps say', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(3)
    const [one, other] = [await openTaskLog(nc, 'one'), await openTaskLog(nc, 'other')]
    const lengthNow = async () => (await one.latest(taskId)).task.length
    await write(one, taskId, history.slice(0, 4))
    one.heed({ taskId, writer: 'one' }, (await one.read(taskId)).sequence)
    const { sequence } = await other.append(await other.read(taskId), history.slice(4, 6))
    expect(await lengthNow()).toBe(4)
    // Late, of what has been read already.
    one.heed({ taskId, writer: 'other' }, (await one.read(taskId)).sequence)
    expect(await lengthNow()).toBe(4)
    one.heed({ taskId, writer: 'other' }, sequence)
    expect((await one.read(taskId)).task.length).toBe(4)
    expect(await lengthNow()).toBe(6)
    await one.append(await one.latest(taskId), history.slice(6))
    expect((await one.entries(taskId)).flatMap(({ events }) => events)).toEqual(history)
  })

  it('refuses what no message of the bus holds, of which nothing is kept', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(1)
    const log = await openTaskLog(nc, 'one')
    const before = await log.read(taskId)
    const tooLarge = { ...history[0]!, input: 'x'.repeat(9_000_000) } as TaskEvent
    await expect(log.append(before, [tooLarge])).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', retry: false })
    expect(await log.entries(taskId)).toEqual([])
    await log.append(before, history)
    expect((await log.entries(taskId)).flatMap(({ events }) => events)).toEqual(history)
  })

  it('has the stamp of its last entry at hand, where it wrote that itself', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(3)
    const [one, other] = [await openTaskLog(nc, 'one'), await openTaskLog(nc, 'other')]
    const stamps: [known: Stamp | undefined, read: Stamp, sequence: number][] = []
    const reader = followStream(nc, {
      stream: streams.tasks,
      subject: subjects.task(taskId),
      headersOnly: true,
      take: message => void stamps.push([one.stampAt(taskId, message.seq), readStamp(message), message.seq]),
      log: silent,
    })
    await reader.caughtUp
    for (const [count, log] of [
      [4, one],
      [8, other],
      [12, one],
    ] as const) {
      const before = await log.reread(taskId)
      const { sequence } = await log.append(before, history.slice(count - 4, count))
      await vi.waitFor(() => expect(stamps).toHaveLength(count / 4))
      expect(stamps.at(-1)![2]).toBe(sequence)
      expect(one.stampAt(taskId, sequence)).toEqual(log === one ? stamps.at(-1)![1] : undefined)
    }
    // It may come by before its writer is told that it was stored: then it is read.
    for (const [known, read] of stamps) expect(known ?? read).toStrictEqual(read)
    await reader.stop()
  })

  it('takes no entry for the one that is being written because it is as long: one that was stored and not answered comes by late', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(3)
    const js = jetstream(nc)
    let answer = (): Promise<void> => Promise.resolve()
    // Only that the stream has an entry is told late, or never.
    const publish: JetStreamClient['publish'] = async (...args) => {
      const stored = await js.publish(...args).catch((error: unknown) => error as Error)
      await answer()
      if (stored instanceof Error) throw stored
      return stored
    }
    const log = await openTaskLog(nc, 'one', { publish })
    await write(log, taskId, history.slice(0, 4))
    const before = await log.latest(taskId)
    answer = () => Promise.reject(new errors.TimeoutError())
    await expect(log.append(before, history.slice(4, 6))).rejects.toThrow(errors.TimeoutError)
    const jsm = await jetstreamManager(nc)
    const stored = (await jsm.streams.getMessage(streams.tasks, { last_by_subj: subjects.task(taskId) }))!
    const stamp = readStamp({ subject: stored.subject, headers: stored.header })
    const told = Promise.withResolvers<void>()
    answer = () => told.promise
    const appending = log.append(before, history.slice(6, 8))
    expect(log.written(stamp, stored.seq)).toBe(null)
    told.resolve()
    await expect(appending).rejects.toMatchObject({ code: 'LOG_CONFLICT' })
    expect((await log.reread(taskId)).task).toEqual(fold(unknownTask(taskId), history.slice(0, 6)))
  })

  it('is read on where an entry from here was stored, and its writer was not answered', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(1)
    const js = jetstream(nc)
    const publish: JetStreamClient['publish'] = async (...args) => {
      await js.publish(...args)
      throw new errors.TimeoutError()
    }
    const [log, reader] = [await openTaskLog(nc, 'one', { publish }), await openTaskLog(nc, 'other')]
    await expect(log.append(await log.latest(taskId), history)).rejects.toThrow(errors.TimeoutError)
    const { sequence } = await reader.read(taskId)
    log.presumeNew(taskId)
    expect((await log.latest(taskId)).task.length).toBe(0)
    log.heed({ taskId, writer: 'one' }, sequence)
    expect((await log.latest(taskId)).task.length).toBe(history.length)
  })

  it('is nothing to remember where there is none: it is looked for again', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(1)
    const [one, other] = [await openTaskLog(nc, 'one'), await openTaskLog(nc, 'other')]
    expect((await other.read(taskId)).task.length).toBe(0)
    await write(one, taskId, history)
    expect((await other.read(taskId)).task.length).toBe(history.length)
  })

  it('is read from a snapshot where it is long, and is the same task', async () => {
    const taskId = newTaskId()
    const { history } = historyOf(200)
    await write(await openTaskLog(nc, 'writer'), taskId, history)
    const snapshots = await Snapshots.open(nc, silent)
    let kept = await snapshots.read(taskId)
    for (let look = 0; look < 100 && !kept; look++) {
      await sleep(20)
      kept = await snapshots.read(taskId)
    }
    expect(kept!.task.length).toBeGreaterThanOrEqual(512)
    expect(kept!.task).toEqual(fold(unknownTask(taskId), history.slice(0, kept!.task.length)))
    const { task } = await (await openTaskLog(nc, 'reader')).read(taskId)
    expect(task).toEqual(fold(unknownTask(taskId), history))
  })

  it.each([
    [
      'of other rules',
      gzipSync(serialize({ rules: 'others', logged: { task: { state: 'completed' }, sequence: 1e6 } })),
    ],
    ['that cannot be unpacked', Buffer.from('junk')],
    ['that holds something else', gzipSync(serialize(null))],
  ])('believes no snapshot %s', async (_, bytes) => {
    const taskId = newTaskId()
    const { history } = historyOf(3)
    await write(await openTaskLog(nc, 'writer'), taskId, history)
    const kv = await new Kvm(nc).open(buckets.snapshots)
    await kv.put(taskId, bytes)
    const { task } = await (await openTaskLog(nc, 'reader')).read(taskId)
    expect(task).toEqual(fold(unknownTask(taskId), history))
  })
})
