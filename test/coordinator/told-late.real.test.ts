import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { expect, it } from 'vitest'
import { leaveToCoordinators } from '../../coordinator/owed/leave.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { Drive, planOf } from './flow/drive.ts'
import { newTaskId, openTaskLog, silent } from './log/with-log.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()

/** Given out just now, and told to nobody. */
function givenOut(): TaskEvent[] {
  const drive = new Drive()
  drive.nowMs = Date.now()
  drive.planned(planOf([{ id: 'only', deadlineMs: 4_000 }]))
  drive.assign('only', ['77'])
  const deadlineMs = Date.now() + 600_000
  return drive.history.map(event => (event.type === 'TaskSubmitted' ? { ...event, deadlineMs } : event))
}

it('an agent is not at fault that was told what it was asked by who took over from a coordinator that died', {
  timeout: 30_000,
}, async () => {
  const { nc } = office.consortium
  const writer = 'gone'
  const gone = await openTaskLog(nc, writer)
  const leaving = await leaveToCoordinators({ nc, jsm: await jetstreamManager(nc), log: silent, writer })
  const taskId = newTaskId()
  // Later than the coordinator began to hear.
  await sleep(100)
  const events = givenOut()
  // It dies with that, and is taken for dead.
  await sleep(2_000)
  await gone.append(await gone.read(taskId), events)
  const task = office.follow(taskId)
  expect(await task.until('AttemptExpired')).toMatchObject({ silent: ['77'], phase: 'excused' })
  await leaving.stop()
})
