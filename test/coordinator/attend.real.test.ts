import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { attend } from '../../coordinator/attend.ts'
import { handleWith } from '../../coordinator/handle.ts'
import { Hearing } from '../../coordinator/hearing.ts'
import { Keeper } from '../../coordinator/keeper.ts'
import type { TaskLog } from '../../coordinator/log/task-log.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'
import { Drive, planOf } from './flow/drive.ts'
import { historyOf, newTaskId, openTaskLog, silent } from './log/with-log.ts'

const { connect } = withStack()
let nc: NatsConnection
beforeAll(async () => {
  nc = await connect('attend')
  await ensureStreams(nc, { replicas: 1 })
})

/** As much of a coordinator as sees to the time of tasks. */
async function attending(writer: string, lateWith: (length: number) => boolean = () => false) {
  const tasks = await openTaskLog(nc, writer)
  const asked: string[] = []
  const decide = handleWith(tasks)
  const handle: typeof decide = (taskId, command) =>
    decide(taskId, task => {
      const commands = [command(task) ?? []].flat()
      asked.push(...commands.map(({ type }) => type))
      return commands
    })
  const read: TaskLog['read'] = async (taskId, length) => {
    const logged = await tasks.read(taskId, length)
    if (lateWith(logged.task.length)) await sleep(500)
    return logged
  }
  const slow = { read, stampAt: tasks.stampAt.bind(tasks), forget: tasks.forget.bind(tasks) } as TaskLog
  const domain = { name: 'Entente', version: '1', chainId: 31337, verifyingContract: `0x${'11'.repeat(20)}` } as const
  const kept = await Keeper.start(nc, domain, `0x${'22'.repeat(32)}`, silent)
  const running = await attend(
    { nc, log: silent, tasks: slow, handle, hearing: new Hearing(), keeper: kept.keeper },
    writer,
    {
      heedEntry: () => {},
      heedDemand: () => {},
      heedDeeds: () => {},
      hearFirst: async (_, unheard) => void asked.push(...unheard.map(({ agentId }) => `hear ${agentId}`)),
    },
  )
  onTestFinished(async () => {
    await running.stop()
    await kept.stop()
  })
  return { tasks, asked, keeper: kept.keeper }
}

async function until(holds: () => Promise<boolean> | boolean, withinMs: number): Promise<void> {
  for (const startMs = Date.now(); !(await holds()); await sleep(20)) {
    if (Date.now() - startMs > withinMs) throw new Error(`not so within ${withinMs} ms`)
  }
}

function beat(taskId: Hex, agentId: string): void {
  nc.publish(subjects.heartbeat(taskId, 'only', agentId), JSON.stringify({ attempt: 1 }))
}

/** Whose first deadline is soon, and whose last is far. */
function soon(history: readonly TaskEvent[], deadlineMs: number, soonMs: number): TaskEvent[] {
  const text = JSON.stringify(history, (key, value) => (key === 'deadlineMs' && value === deadlineMs ? soonMs : value))
  const events = JSON.parse(text) as TaskEvent[]
  // All of it just now: what is ready would have waited for half a century.
  const now = events.map(event => ({ ...event, atMs: Date.now() }))
  return now.map(event => (event.type === 'TaskSubmitted' ? { ...event, deadlineMs: soonMs + 600_000 } : event))
}

async function write(log: TaskLog, taskId: Hex, events: readonly TaskEvent[]): Promise<void> {
  await log.append(await log.read(taskId), events)
}

describe('the coordinator that is left', () => {
  test('lets the deadlines of one that died pass, though it last saw the task before they were set', async () => {
    const [gone, left] = [await openTaskLog(nc, 'gone'), await attending('left')]
    const taskId = newTaskId()
    const { history, deadlineMs } = historyOf(1)
    const events = soon(history, deadlineMs, Date.now() + 300)
    const assigned = events.findIndex(({ type }) => type === 'SubtaskAssigned')
    await write(gone, taskId, events.slice(0, assigned))
    expect((await left.tasks.read(taskId)).task.length).toBe(assigned)
    await write(gone, taskId, events.slice(assigned))
    const isExpired = async () => {
      const entries = await left.tasks.entries(taskId)
      return entries.some(({ events }) => events.some(({ type }) => type === 'AttemptExpired'))
    }
    await until(isExpired, 6_000)
  })

  test('lets go of where the leaves of a task lie that another has proven', async () => {
    const [other, left] = [await openTaskLog(nc, 'other'), await attending('left')]
    const taskId = newTaskId()
    const drive = new Drive()
    drive.planned(historyOf(1).history.flatMap(event => (event.type === 'TaskPlanned' ? [event.plan] : []))[0]!)
    drive.when({ type: 'cancel', reason: 'enough', by: null })
    const leaf = { taskId, first: 0, events: [{ type: 'TaskSubmitted', hash: `0x${'33'.repeat(32)}` }] }
    nc.publish(subjects.evidence('event'), JSON.stringify(leaf))
    await until(() => left.keeper.has(taskId, 1), 15_000)
    await write(other, taskId, drive.history)
    const noHash = `0x${'00'.repeat(32)}`
    const proof = { size: 1, root: noHash, txHash: noHash, blockNumber: 1, bundle: noHash }
    await write(other, taskId, drive.when({ type: 'recordSettlement', txHash: noHash, blockNumber: 1 }))
    await write(other, taskId, drive.when({ type: 'recordProof', ...proof }))
    await until(() => !left.keeper.has(taskId, 1), 15_000)
  })

  test('listens no more for agents at what is over, though it was late to hear that they are', async () => {
    const drive = new Drive().planned(planOf([{ id: 'only', heartbeatMs: 100, deadlineMs: 600_000 }]))
    drive.assign('only', ['1'])
    const given = drive.history.length
    const [other, left] = [await openTaskLog(nc, 'other'), await attending('left', length => length === given)]
    const taskId = newTaskId()
    const { phaseDeadlineMs } = drive.task.subtasks.get('only')!
    const dated = (events: readonly TaskEvent[]) => soon(events, phaseDeadlineMs, Date.now() + 60_000)
    await write(other, taskId, dated(drive.history))
    await sleep(100)
    await write(other, taskId, dated(drive.fail('only', '1', false)))
    await sleep(700)
    beat(taskId, '1')
    await sleep(1_000)
    expect(left.asked.filter(type => type === 'missHeartbeat')).toEqual([])
  })

  test('hears first, and once, of whom it heard no heartbeat, and none that has answered', async () => {
    const drive = new Drive().planned(
      planOf([{ id: 'only', replicas: 2, quorum: 2, heartbeatMs: 200, deadlineMs: 600_000 }]),
    )
    drive.assign('only', ['1', '2'])
    drive.commit('only', '2')
    const [other, left] = [await openTaskLog(nc, 'other'), await attending('left')]
    const { phaseDeadlineMs } = drive.task.subtasks.get('only')!
    const taskId = newTaskId()
    await write(other, taskId, soon(drive.history, phaseDeadlineMs, Date.now() + 60_000))
    await sleep(1_200)
    expect(left.asked).toEqual([])
    beat(taskId, '1')
    await until(() => left.asked.includes('missHeartbeat'), 3_000)
    expect(left.asked.slice(0, 2)).toEqual(['hear 1', 'missHeartbeat'])
  })

  test('waits longer for whom nothing was heard of yet: who gave the work out may be gone, and another has to tell them', async () => {
    const drive = new Drive().planned(planOf([{ id: 'only', heartbeatMs: 200, deadlineMs: 600_000 }]))
    drive.assign('only', ['1'])
    const [other, left] = [await openTaskLog(nc, 'other'), await attending('left')]
    const { phaseDeadlineMs } = drive.task.subtasks.get('only')!
    const givenMs = Date.now()
    await write(other, newTaskId(), soon(drive.history, phaseDeadlineMs, Date.now() + 60_000))
    await until(() => left.asked.includes('missHeartbeat'), 9_000)
    expect(Date.now() - givenMs).toBeGreaterThanOrEqual(5_000)
  })
})
