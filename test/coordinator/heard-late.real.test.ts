import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startBareWorker } from './bare-worker.ts'
import { clerk } from './clerk.ts'
import { kill, withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()

it('answers that were stored in time count, though no coordinator was there to hear them until their deadline had passed', async () => {
  const member = await office.consortium.join({ ...clerk('punctual'), concurrency: 100 }, 'weather')
  const worker = await startBareWorker(office.consortium, member)
  const tasks = await Promise.all(
    Array.from({ length: 40 }, () => office.open([{ id: 'one', skill: 'punctual@1', deadlineMs: 5_000 }])),
  )
  const taken = []
  for (const _ of tasks) taken.push(await worker.take())
  kill(office.children[0]!.pid)
  for (const { item, message } of taken) {
    await worker.send(item, worker.resultOf(item, { text: 'in time' }))
    message.ack()
  }
  // Longer than whoever takes over waits.
  await sleep(Math.max(...taken.map(({ item }) => item.deadlineMs)) - Date.now() + 5_000)
  await office.startCoordinator()
  for (const task of tasks) await task.until('SettlementComputed')
  const expired = tasks.flatMap(({ events }) => events.filter(({ type }) => type === 'AttemptExpired'))
  expect(expired).toEqual([])
  for (const task of tasks) expect(task.task().settlement!.settlement.penalties).toEqual([])
  await worker.stop()
})
