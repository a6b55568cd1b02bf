import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Clock } from '../../coordinator/clock.ts'
import { nextDeadlineMs } from '../../coordinator/flow/expire.ts'
import { followStamps } from '../../coordinator/log/follow-stamps.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'
import { historyOf, newTaskId, openTaskLog, silent } from './log/with-log.ts'

const stack = withStack()
let nc: NatsConnection
const running: { stop(): Promise<void> }[] = []
beforeAll(async () => {
  nc = await stack.connect('clock')
  await ensureStreams(nc, { replicas: 1 })
})
// Tasks of earlier tests would be woken too.
beforeEach(async () => {
  await (await jetstreamManager(nc)).streams.purge(streams.tasks)
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(clock => clock.stop()))
})

async function startClock(writer: string, wake: (taskId: Hex) => Promise<number | null>): Promise<void> {
  const clock = new Clock({ log: silent, writer, wake })
  const stamps = followStamps(nc, silent, stamp => clock.heed(stamp))
  await stamps.caughtUp
  running.push({
    async stop() {
      clock.stop()
      await stamps.stop()
    },
  })
}

/** The clock of a coordinator of this name; who it wakes, and when, after `sinceMs`. */
async function clockOf(writer: string) {
  const woken = new Map<Hex, number>()
  const wake = async (taskId: Hex) => {
    woken.set(taskId, Date.now())
    return null
  }
  await startClock(writer, wake)
  return woken
}

/** Writes a task whose next deadline is in so many milliseconds; when that is. */
async function writeTask(writer: string, inMs: number) {
  const taskId = newTaskId()
  const { history, deadlineMs } = historyOf(1)
  const dueMs = Date.now() + inMs
  const later = <T>(value: T): T => (value === deadlineMs ? (dueMs as T) : value)
  const events = JSON.parse(JSON.stringify(history), (key, value) => (key === 'deadlineMs' ? later(value) : value))
  events[0].deadlineMs = dueMs + 1_000_000
  const log = await openTaskLog(nc, writer)
  const { task } = await log.append(await log.read(taskId), events as TaskEvent[])
  expect(nextDeadlineMs(task)).toBe(dueMs)
  return { taskId, dueMs }
}

describe('the clock', () => {
  it('wakes a task of its own coordinator at its deadline, and of another that is gone within the lease', async () => {
    const before = await writeTask('gone', 300)
    const woken = await clockOf('here')
    const mine = await writeTask('here', 300)
    const others = await writeTask('gone', 300)
    await sleep(4_500)
    expect(woken.get(mine.taskId)! - mine.dueMs).toBeLessThan(1_000)
    for (const { taskId, dueMs } of [before, others]) {
      expect(woken.get(taskId)! - dueMs).toBeGreaterThanOrEqual(3_000)
      expect(woken.get(taskId)! - dueMs).toBeLessThan(4_000)
    }
  })

  it('wakes a task once, though it is told of every entry', async () => {
    const wakings: Hex[] = []
    const wake = async (taskId: Hex) => wakings.push(taskId) && null
    await startClock('here', wake)
    const { taskId } = await writeTask('here', 200)
    await sleep(1_000)
    expect(wakings).toEqual([taskId])
  })

  it('looks at once after what a stranger wrote under a task, and again after a look that failed', async () => {
    const wakings: Hex[] = []
    const wake = async (taskId: Hex) => {
      wakings.push(taskId)
      if (wakings.length === 1) throw new Error('the bus was away')
      return null
    }
    await startClock('here', wake)
    const taskId = newTaskId()
    nc.publish(subjects.task(taskId), 'junk')
    await sleep(1_500)
    expect(wakings).toEqual([taskId, taskId])
  })
})
