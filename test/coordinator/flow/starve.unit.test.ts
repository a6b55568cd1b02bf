import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { demandOf } from '../../../coordinator/flow/demand.ts'
import { fold } from '../../../coordinator/flow/evolve.ts'
import { nextDeadlineMs } from '../../../coordinator/flow/expire.ts'
import { priorityOf } from '../../../coordinator/flow/priority.ts'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import { Drive, planOf, taskId, typesOf } from './drive.ts'

/** All of `Drive`'s tasks are planned at 1,000 and end at 10,000,000. */
const [plannedMs, dueMs] = [1_000, 10_000_000]

describe('work that waits for a free agent', () => {
  it('is warned of once, when half of the time is gone that it and what follows can spare', () => {
    const plan = planOf([
      { id: 'a', deadlineMs: 1_000_000 },
      { id: 'b', after: ['a'], deadlineMs: 1_000_000, replicas: 3 },
    ])
    const drive = new Drive().planned(plan)
    const warnMs = plannedMs + (dueMs - plannedMs - 3_000_000) / 2
    expect(nextDeadlineMs(drive.task)).toBe(warnMs)
    expect(drive.at(warnMs - 1)).toEqual([])
    expect(drive.at(warnMs)).toEqual([
      { type: 'StarvationWarned', atMs: warnMs, subtaskId: 'a', attempt: 1, sinceMs: plannedMs, dueMs },
    ])
    expect(drive.at(warnMs + 1)).toEqual([])
    expect(nextDeadlineMs(drive.task)).toBe(dueMs)
    expect(demandOf(drive.task).waiting).toMatchObject([{ subtaskId: 'a', starving: { dueMs } }])
  })

  it('is warned of anew when it waits for another attempt, which the time of all attempts may press more', () => {
    const drive = new Drive().planned(planOf([{ id: 'a', totalMs: 100_000, deadlineMs: 10_000 }]))
    drive.at(5_000_000)
    drive.assign('a', ['1'])
    expect(demandOf(drive.task)).toMatchObject({ holding: { 1: 1 }, waiting: [], givenAtMs: 5_000_000 })
    drive.at(5_010_000)
    const { waiting } = demandOf(drive.task)
    expect(waiting).toMatchObject([{ attempt: 2, failed: ['1'], starving: null }])
    expect(typesOf(drive.at(5_049_999))).toEqual([])
    expect(drive.at(5_050_000)).toMatchObject([{ type: 'StarvationWarned', attempt: 2, dueMs: 5_100_000 }])
  })

  it('is not warned of while it could not be given out anyway', () => {
    const drive = new Drive().planned(planOf([{ id: 'a' }]))
    const by = { signer: `0x${'11'.repeat(20)}`, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }
    drive.when({ type: 'pause', reason: 'a test', by })
    expect(drive.at(9_000_000)).toEqual([])
    drive.when({ type: 'resume', by: { ...by, signedAtMs: 2 } })
    expect(nextDeadlineMs(drive.task)).toBe(9_000_000 + (1_000_000 - 1_000) / 2)
  })

  it('is always warned of before the deadline that is at risk, however little time there is', () => {
    const waits = fc.record({
      atMs: fc.integer({ min: 1_000, max: dueMs - 1 }),
      deadlineMs: fc.integer({ min: 50, max: dueMs }),
    })
    fc.assert(
      fc.property(waits, ({ atMs, deadlineMs }) => {
        const drive = new Drive()
        drive.nowMs = atMs
        drive.planned(planOf([{ id: 'a', deadlineMs }]))
        const warnMs = nextDeadlineMs(drive.task)!
        expect(warnMs).toBeLessThanOrEqual(dueMs)
        expect(typesOf(drive.at(warnMs))[0]).toBe('StarvationWarned')
        expect(fold(unknownTask(taskId), drive.history)).toEqual(drive.task)
      }),
    )
  })
})

describe('a deadline that passed while no coordinator was there', () => {
  it('of a task is not said before the warning of what still waits', () => {
    const drive = new Drive().planned(planOf([{ id: 'a' }]))
    expect(typesOf(drive.at(dueMs)).slice(0, 2)).toEqual(['StarvationWarned', 'TaskFailed'])
  })

  it('of all attempts is not said before it either', () => {
    const drive = new Drive().planned(planOf([{ id: 'a', totalMs: 100_000 }]))
    drive.assign('a', ['1'])
    drive.fail('a', '1', true)
    expect(typesOf(drive.at(500_000)).slice(0, 2)).toEqual(['StarvationWarned', 'SubtaskFailed'])
  })
})

describe('what a task asks of agents', () => {
  it('names no more than 16 ready subtasks of a skill', () => {
    const forEach = { items: 'input', as: 'item', concurrency: 100, max: 100 }
    const input = Array.from({ length: 100 }, (_, item) => item)
    const drive = new Drive().planned(
      planOf([
        { id: 'a', forEach, input: 'item' },
        { id: 'b', skill: 'other@1' },
      ]),
      { input },
    )
    const { waiting } = demandOf(drive.task)
    expect(waiting.filter(({ skill }) => skill === 's@1')).toHaveLength(16)
    expect(waiting.filter(({ skill }) => skill === 'other@1')).toHaveLength(1)
  })

  it('is an emergency where a response plan opened it, unless the plan says otherwise', () => {
    const { submitted } = new Drive().planned(planOf([{ id: 'a' }])).task
    const { authority, spec } = submitted!
    expect(priorityOf({ authority, spec })).toBe('emergency')
    const low = { ...spec, policy: { ...spec.policy, priority: 'low' as const } }
    expect(priorityOf({ authority, spec: low })).toBe('low')
  })

  it('is nothing any more once it has ended, but for what is taken back', () => {
    const undo = { skill: 'undo@1', input: 'output', deadlineMs: 1_000, attempts: 1 }
    const drive = new Drive().planned(
      planOf([
        { id: 'a', compensate: undo },
        { id: 'b', after: ['a'] },
      ]),
    )
    drive.assign('a', ['1'])
    drive.result('a', '1', 1)
    drive.assign('b', ['2'])
    drive.when({ type: 'cancel', reason: 'enough', by: null })
    expect(demandOf(drive.task)).toMatchObject({ isOpen: false, holding: {}, waiting: [{ skill: 'undo@1' }] })
    drive.assign('undo-a', ['3'])
    expect(demandOf(drive.task)).toMatchObject({ holding: { 3: 1 }, waiting: [] })
  })
})
