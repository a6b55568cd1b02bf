import { describe, expect, it } from 'vitest'
import { toExcuse } from '../../../coordinator/flow/excuse.ts'
import { mostExcused } from '../../../coordinator/flow/retry.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const retry = { backoffMs: 500, factor: 2, maxMs: 60_000, jitter: 0 }
const excuse = (drive: Drive, attempt = 1) => drive.when({ type: 'excuse', subtaskId: 'only', attempt })

function given(attempts = 1) {
  const drive = new Drive().planned(planOf([{ id: 'only', attempts, retry }]))
  drive.assign('only', ['1'])
  return drive
}

describe('agents are excused', () => {
  it('when their time is over, and lose the attempt to another at once: it counts for nothing', () => {
    const drive = given()
    drive.nowMs = 1_999
    expect(excuse(drive)).toEqual([])
    drive.nowMs = 2_000
    expect(excuse(drive, 2)).toEqual([])
    expect(excuse(drive)).toMatchObject([
      { type: 'AttemptExpired', silent: ['1'], phase: 'excused' },
      { type: 'AttemptFailed', retry: true },
    ])
    expect(excuse(drive)).toEqual([])
    expect(typesOf(drive.assign('only', ['2']))).toEqual(['SubtaskAssigned'])
    expect(typesOf(drive.result('only', '2', {}))).toContain('TaskCompleted')
    expect(drive.task.settlement!.settlement.penalties).toEqual([])
  })

  it('so often that the work gets done, but not for ever', () => {
    const drive = given()
    for (let attempt = 1; attempt <= mostExcused; attempt++) {
      drive.nowMs += 1_000
      expect(typesOf(excuse(drive, attempt))).toEqual(['AttemptExpired', 'AttemptFailed'])
      drive.assign('only', ['1'])
    }
    drive.nowMs += 1_000
    expect(typesOf(excuse(drive, mostExcused + 1))).toContain('TaskFailed')
  })

  it('from revealing too, with all who have not, once for the attempt', () => {
    const drive = new Drive().planned(planOf([{ id: 'only', replicas: 3, quorum: 2, attempts: 1 }]))
    drive.assign('only', ['1', '2', '3'])
    drive.commit('only', '1')
    drive.commit('only', '2')
    drive.nowMs = 2_000
    expect(typesOf(excuse(drive))).toEqual(['AttemptExpired', 'RevealOpened'])
    drive.nowMs = 3_000
    expect(typesOf(excuse(drive))).toEqual(['AttemptExpired', 'AttemptFailed'])
    expect(drive.task.subtasks.get('only')).toMatchObject({ excused: [1], faults: [], phase: 'waiting' })
  })

  it('by nobody when the task is over, which calls nobody silent', () => {
    const drive = new Drive().planned(planOf([{ id: 'only', deadlineMs: 20_000_000 }]))
    drive.assign('only', ['1'])
    drive.nowMs = 10_000_000
    expect(excuse(drive)).toEqual([])
    expect(typesOf(drive.at(10_000_000))).toContain('TaskFailed')
  })
})

it('who is to be excused was asked before agents could be heard all the while, and has not answered in time', () => {
  const drive = given()
  const one = [{ subtaskId: 'only', attempt: 1 }]
  expect(toExcuse(drive.task, 1_999, 1_001)).toEqual([])
  expect(toExcuse(drive.task, 2_000, 1_001)).toEqual(one)
  expect(toExcuse(drive.task, 2_000, Number.POSITIVE_INFINITY)).toEqual(one)
  expect(toExcuse(drive.task, 2_000, 1_000)).toEqual([])
  drive.result('only', '1', {})
  expect(toExcuse(drive.task, 2_000, 1_001)).toEqual([])
})

describe('silence is no fault', () => {
  it('of agents that had less time than the plan gives, as all attempts together leave', () => {
    const drive = new Drive().planned(planOf([{ id: 'only', attempts: 3, deadlineMs: 1_000, totalMs: 1_500 }]))
    drive.assign('only', ['1'])
    drive.at(2_000)
    drive.assign('only', ['2'])
    drive.at(2_500)
    const { faults } = drive.task.subtasks.get('only')!
    expect(faults).toMatchObject([{ agentId: '1', fault: 'no-show' }])
  })

  it('of agents that are asked to reveal when no time is left', () => {
    const drive = new Drive().planned(
      planOf([{ id: 'only', replicas: 3, quorum: 2, attempts: 1, deadlineMs: 1_000, totalMs: 1_000 }]),
    )
    drive.assign('only', ['1', '2', '3'])
    drive.commit('only', '1')
    drive.commit('only', '2')
    expect(typesOf(drive.at(2_000))).toEqual(['AttemptExpired', 'RevealOpened'])
    drive.at(2_000)
    expect(drive.task.subtasks.get('only')!.faults).toMatchObject([{ agentId: '3', fault: 'no-show' }])
  })
})
