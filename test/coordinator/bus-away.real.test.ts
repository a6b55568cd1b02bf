import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startBareWorker } from './bare-worker.ts'
import { clerk } from './clerk.ts'
import sleeper from './programs/sleeper.ts'
import { type FollowedTask, kill, withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()
const nats = () => office.stack.stack.servers.find(({ name }) => name === 'nats')!

/** Tasks of one attempt of four seconds, given to an agent that takes a while; and when the last of them is over. */
async function given(skill: string) {
  await office.employ(
    clerk(skill, () => sleep(1_500)),
    'weather',
  )
  const plan = [{ id: 'one', skill: `${skill}@1`, deadlineMs: 4_000, attempts: 1 }]
  const tasks = await Promise.all(Array.from({ length: 8 }, () => office.open(plan)))
  const all = await Promise.all(tasks.map(task => task.until('SubtaskAssigned')))
  return { tasks, endMs: Math.max(...all.map(({ deadlineMs }) => deadlineMs)) }
}

/** What its agents had done was heard late, or the work was given out again. */
async function isDoneUnfined(task: FollowedTask): Promise<void> {
  await task.until('SettlementComputed')
  const phases = task.events.flatMap(event => (event.type === 'AttemptExpired' ? [event.phase] : []))
  expect([[], ['excused']]).toContainEqual(phases)
  expect(task.task().state).toBe('completed')
  expect(task.task().subtasks.get('one')!.faults).toEqual([])
}

it('nobody is at fault for a deadline that passed while the bus was away, and one attempt of one is not used up', {
  timeout: 60_000,
}, async () => {
  const { tasks, endMs } = await given('at-it')
  kill(nats().pid)
  await sleep(endMs - Date.now() + 1_000)
  await nats().restart()
  for (const task of tasks) await isDoneUnfined(task)
})

it('nor for one that passed while coordinators were away with the bus', { timeout: 60_000 }, async () => {
  const { tasks, endMs } = await given('at-that')
  kill(office.children[0]!.pid)
  kill(nats().pid)
  await sleep(endMs - Date.now() + 1_000)
  await nats().restart()
  await office.startCoordinator()
  for (const task of tasks) await isDoneUnfined(task)
})

it('nor for one that passed while the bus stood still, though no connection fell', { timeout: 60_000 }, async () => {
  const member = await office.consortium.join(clerk('at-this'), 'weather')
  const worker = await startBareWorker(office.consortium, member)
  const task = await office.open([{ id: 'one', skill: 'at-this@1', deadlineMs: 3_000, attempts: 1 }])
  const { item, message } = await worker.take()
  const { pid } = nats()
  process.kill(pid, 'SIGSTOP')
  await sleep(item.deadlineMs - Date.now() + 1_500)
  process.kill(pid, 'SIGCONT')
  await sleep(200)
  await worker.send(item, worker.resultOf(item, { text: 'at last' }))
  message.ack()
  await isDoneUnfined(task)
  await worker.stop()
})

it('nor for one that passed while a coordinator stood still with the bus, and cannot know that it did', {
  timeout: 60_000,
}, async () => {
  const member = await office.consortium.join({ ...clerk('at-these'), concurrency: 100 }, 'weather')
  const worker = await startBareWorker(office.consortium, member)
  const plan = [{ id: 'one', skill: 'at-these@1', deadlineMs: 3_000, attempts: 1 }]
  const tasks = await Promise.all(Array.from({ length: 8 }, () => office.open(plan)))
  const taken = []
  for (const _ of tasks) taken.push(await worker.take())
  const { pid } = nats()
  const coordinator = office.children.at(-1)!.pid
  process.kill(pid, 'SIGSTOP')
  process.kill(coordinator, 'SIGSTOP')
  await sleep(Math.max(...taken.map(({ item }) => item.deadlineMs)) - Date.now() + 500)
  process.kill(pid, 'SIGCONT')
  await sleep(200)
  process.kill(coordinator, 'SIGCONT')
  for (const { item, message } of taken) {
    await worker.send(item, worker.resultOf(item, { text: 'at last' }))
    message.ack()
  }
  for (const task of tasks) await isDoneUnfined(task)
  await worker.stop()
})

it('nor does anybody lose its work for heartbeats that went missing meanwhile', { timeout: 60_000 }, async () => {
  await office.employ(sleeper, 'weather')
  const plan = [{ id: 'one', skill: 'doze@1', input: 'input', deadlineMs: 20_000, heartbeatMs: 500 }]
  const tasks = await Promise.all(Array.from({ length: 8 }, () => office.open(plan, { input: { sleepMs: 7_000 } })))
  for (const task of tasks) await task.until('SubtaskAssigned')
  const { pid } = nats()
  for (const stallMs of [1_300, 3_000]) {
    await sleep(1_000)
    process.kill(pid, 'SIGSTOP')
    await sleep(stallMs)
    process.kill(pid, 'SIGCONT')
  }
  for (const task of tasks) {
    await task.until('TaskCompleted')
    expect(task.events.filter(({ type }) => type === 'AttemptExpired')).toEqual([])
  }
})
