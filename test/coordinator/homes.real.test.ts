import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entryIn } from '../../coordinator/log/stamp.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { readSubject } from '../../stack/read-subject.ts'
import { startBareWorker } from './bare-worker.ts'
import { clerk } from './clerk.ts'
import { type FollowedTask, withCoordinators } from './with-coordinators.ts'

const office = withCoordinators(2)
const steps = 12
/** Each waits for the one before. */
const chain = Array.from({ length: steps }, (_, index) => ({
  id: `s-${index}`,
  skill: 'settled@1',
  ...(index > 0 ? { after: [`s-${index - 1}`] } : {}),
  deadlineMs: 9_000,
}))

/** How often an entry of a task was written by another coordinator than the one before it. */
async function movesOf(taskId: Hex): Promise<number> {
  const writers: string[] = []
  const jsm = await jetstreamManager(office.consortium.nc)
  for await (const message of readSubject(jsm, streams.tasks, subjects.task(taskId))) {
    writers.push(entryIn({ subject: message.subject, headers: message.header }).writer)
  }
  return writers.filter((writer, index) => index > 0 && writer !== writers[index - 1]).length
}

let worker: Awaited<ReturnType<typeof startBareWorker>>
beforeAll(async () => {
  const member = await office.consortium.join({ ...clerk('settled'), concurrency: 100 }, 'weather')
  worker = await startBareWorker(office.consortium, member)
})
afterAll(() => worker.stop())

/** As the agent does that all work goes to. */
async function answerAll(count: number): Promise<void> {
  for (let answered = 0; answered < count; answered++) {
    const { item, message } = await worker.take()
    await worker.send(item, worker.resultOf(item, { text: 'done' }))
    message.ack()
  }
}

describe('of two coordinators', () => {
  test('the one that gave a task its first work sees it through, but where an answer is faster than word of the entry before', async () => {
    const tasks: FollowedTask[] = []
    for (let count = 0; count < 6; count++) tasks.push(await office.open(chain))
    await answerAll(tasks.length * steps)
    for (const task of tasks) await task.until('SettlementComputed')
    const moves = await Promise.all(tasks.map(({ taskId }) => movesOf(taskId)))
    // Half of them would be to another, if they were taken wherever they come.
    expect(moves.reduce((sum, count) => sum + count)).toBeLessThan((tasks.length * steps) / 5)
  })

  test('one that stands still holds nobody up for longer than its lease, and finds its tasks gone on', {
    timeout: 60_000,
  }, async () => {
    const tasks: FollowedTask[] = []
    for (let count = 0; count < 8; count++) tasks.push(await office.open(chain))
    await answerAll(tasks.length)
    const [one, other] = office.children
    process.kill(one!.pid, 'SIGSTOP')
    await answerAll(tasks.length * (steps - 1))
    for (const task of tasks) await task.until('SettlementComputed')
    process.kill(one!.pid, 'SIGCONT')
    process.kill(other!.pid, 'SIGSTOP')
    const next = await office.open(chain)
    await answerAll(steps)
    await next.until('SettlementComputed')
    process.kill(other!.pid, 'SIGCONT')
    for (const task of [...tasks, next]) {
      expect(task.task().settlement!.settlement.penalties).toEqual([])
      expect(task.events.filter(({ type }) => type === 'AttemptExpired')).toEqual([])
    }
  })
})
