import { describe, expect, it } from 'vitest'
import { Template } from '../../../protocol/template.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const retry = { backoffMs: 100, factor: 2, maxMs: 300, jitter: 0 }
const planWith = (more: object) => planOf([{ id: 'only', attempts: 5, deadlineMs: 1_000, retry, ...more }])

function failAndWait(drive: Drive): number {
  drive.assign('only', ['1'])
  drive.fail('only', '1', true)
  const waitMs = drive.task.subtasks.get('only')!.phaseDeadlineMs - drive.nowMs
  drive.at(drive.nowMs + waitMs)
  return waitMs
}

describe('another attempt', () => {
  it('waits longer each time, up to a bound', () => {
    const drive = new Drive().planned(planWith({}))
    expect([1, 2, 3, 4].map(() => failAndWait(drive))).toEqual([100, 200, 300, 300])
  })

  it('cannot begin before its time, whoever asks', () => {
    const drive = new Drive().planned(planWith({}))
    drive.assign('only', ['1'])
    drive.fail('only', '1', true)
    expect(drive.assign('only', ['2'])).toEqual([])
    expect(drive.at(1_099)).toEqual([])
    expect(typesOf(drive.at(1_100))).toEqual(['RetryDue'])
    expect(drive.at(1_100)).toEqual([])
    expect(typesOf(drive.assign('only', ['2']))).toEqual(['SubtaskAssigned'])
  })

  it('takes the place of a silent agent at once, the first time', () => {
    const drive = new Drive().planned(planWith({}))
    drive.assign('only', ['1'])
    expect(drive.at(2_000).at(-1)).not.toHaveProperty('retryAtMs')
    drive.assign('only', ['2'])
    expect(drive.at(3_000).at(-1)).toMatchObject({ type: 'AttemptFailed', retryAtMs: 3_200 })
  })

  it('is drawn by task, subtask and attempt, so that those who failed together do not come back together', () => {
    const waits = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(id => {
      const plan = planOf([{ id, attempts: 2, retry: { ...retry, backoffMs: 1_000, maxMs: 1_000, jitter: 0.5 } }])
      const drives = [new Drive().planned(plan), new Drive().planned(plan)]
      const [wait, again] = drives.map(drive => {
        drive.assign(id, ['1'])
        drive.fail(id, '1', true)
        return drive.task.subtasks.get(id)!.phaseDeadlineMs - drive.nowMs
      })
      expect(wait).toBe(again)
      return wait!
    })
    expect(new Set(waits).size).toBeGreaterThan(6)
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(500)
      expect(wait).toBeLessThanOrEqual(1_000)
    }
  })

  it('is not made after a failure for good, and the wait is not said', () => {
    const drive = new Drive().planned(planWith({}))
    drive.assign('only', ['1'])
    const events = drive.fail('only', '1', false)
    expect(typesOf(events)).toContain('TaskFailed')
    expect(events[1]).not.toHaveProperty('retryAtMs')
  })
})

describe('the time in all', () => {
  it('ends the last attempt that it allows, whatever attempts are left', () => {
    const drive = new Drive().planned(planWith({ totalMs: 1_500, retry: undefined }))
    drive.assign('only', ['1'])
    drive.at(2_000)
    expect(drive.assign('only', ['2'])[0]).toMatchObject({ deadlineMs: 2_500 })
    expect(typesOf(drive.at(2_500)).slice(0, 4)).toEqual([
      'AttemptExpired',
      'AttemptFailed',
      'SubtaskFailed',
      'TaskFailed',
    ])
  })

  it('ends the subtask at once when the next attempt would begin after it', () => {
    const drive = new Drive().planned(planWith({ totalMs: 150, retry: { ...retry, backoffMs: 200 } }))
    drive.assign('only', ['1'])
    const events = drive.fail('only', '1', true)
    expect(events.find(({ type }) => type === 'SubtaskFailed')).toMatchObject({
      reason: '1 of 5 attempts failed, and no time is left: it broke',
    })
  })

  it('bounds commit and reveal together', () => {
    const plan = planWith({ totalMs: 1_500, replicas: 3, quorum: 2 })
    const drive = new Drive().planned(plan)
    drive.assign('only', ['1', '2', '3'])
    drive.nowMs = 1_900
    for (const agent of ['1', '2']) drive.commit('only', agent)
    expect(drive.commit('only', '3').at(-1)).toMatchObject({ type: 'RevealOpened', deadlineMs: 2_500 })
  })
})

describe('a template', () => {
  it('that does not say waits a second, doubled up to a minute, half of it by lot', () => {
    const subtasks = [
      { id: 'one', skill: 's@1' },
      { id: 'two', skill: 's@1', retry: { backoffMs: 5 } },
    ]
    const template = Template.parse({ name: 't', version: '1.0.0', title: 'T', subtasks })
    const defaults = { backoffMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.5 }
    expect(template.subtasks.map(each => ('retry' in each ? each.retry : null))).toEqual([
      defaults,
      { ...defaults, backoffMs: 5 },
    ])
  })
})
