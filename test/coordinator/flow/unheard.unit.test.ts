import { expect, it } from 'vitest'
import { unheardAt } from '../../../coordinator/flow/unheard.ts'
import { Drive, planOf } from './drive.ts'

const taskEndMs = 10_000_000

it('who would be called silent is who was asked, and has not said what the attempt waits for', () => {
  const drive = new Drive().planned(planOf([{ id: 'one', replicas: 2, quorum: 2 }]))
  expect(unheardAt(drive.task, taskEndMs)).toEqual([])
  drive.assign('one', ['1', '2'])
  const untilMs = drive.nowMs + 1_000
  const unheard = (agentId: string, deadlineMs: number) => ({ subtaskId: 'one', agentId, deadlineMs })
  expect(unheardAt(drive.task, untilMs - 1)).toEqual([])
  expect(unheardAt(drive.task, untilMs)).toEqual([unheard('1', untilMs), unheard('2', untilMs)])
  drive.commit('one', '2')
  expect(unheardAt(drive.task, untilMs)).toEqual([unheard('1', untilMs)])
  drive.nowMs += 400
  drive.commit('one', '1')
  expect(
    unheardAt(drive.task, untilMs + 400)
      .map(({ agentId }) => agentId)
      .sort(),
  ).toEqual(['1', '2'])
  drive.at(untilMs + 400)
  expect(unheardAt(drive.task, taskEndMs)).toEqual([])
})

it('the end of the task leaves unheard who has longer than that', () => {
  const drive = new Drive().planned(planOf([{ id: 'one', deadlineMs: 2 * taskEndMs }]))
  drive.assign('one', ['1'])
  expect(unheardAt(drive.task, taskEndMs)).toEqual([{ subtaskId: 'one', agentId: '1', deadlineMs: taskEndMs }])
})
