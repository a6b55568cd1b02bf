import { describe, expect, it } from 'vitest'
import { demandOf } from '../../../coordinator/flow/demand.ts'
import { reservedOf } from '../../../coordinator/flow/reserve.ts'
import { ResourceName } from '../../../protocol/capacity.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const needy = { id: 'a', needs: { beds: 3, vans: 'input.vans' } }

describe('what a subtask needs', () => {
  it('is asked when it may begin, and told with the work', () => {
    const drive = new Drive().planned(planOf([needy]), { input: { vans: 2 } })
    expect(demandOf(drive.task).waiting[0]).toMatchObject({ needs: { beds: 3, vans: 2 } })
    expect(drive.assign('a', ['1'])[0]).toMatchObject({ type: 'SubtaskAssigned', needs: { beds: 3, vans: 2 } })
    expect(reservedOf(drive.task)).toEqual({ '1/beds': 3, '1/vans': 2 })
  })

  it.each([0, null])('is nothing where an expression gives %s', vans => {
    const drive = new Drive().planned(planOf([needy]), { input: { vans } })
    expect(demandOf(drive.task).waiting[0]?.needs).toEqual({ beds: 3 })
  })

  it.each([-1, 1.5, 'two', 2_000_000_000])('fails the subtask where an expression gives %s', vans => {
    const drive = new Drive().planned(planOf([needy]), { input: { vans } })
    expect(drive.history.find(({ type }) => type === 'SubtaskFailed')).toMatchObject({
      reason: expect.stringContaining('gives no number of units'),
    })
  })

  it('has no name that every object has', () => {
    expect(['beds', 'constructors'].map(name => ResourceName.safeParse(name).success)).toEqual([true, true])
    expect(ResourceName.safeParse('constructor').success).toBe(false)
  })

  it('is asked for each item of a list', () => {
    const forEach = { items: 'input', as: 'place', concurrency: 4, max: 4 }
    const drive = new Drive().planned(planOf([{ id: 'a', forEach, needs: { beds: 'place.beds' } }]), {
      input: [{ beds: 1 }, { beds: 5 }],
    })
    expect(demandOf(drive.task).waiting.map(({ needs }) => needs)).toEqual([{ beds: 1 }, { beds: 5 }])
  })
})

describe('what is reserved is released', () => {
  const begun = (more = {}) => {
    const drive = new Drive().planned(
      planOf([
        { id: 'a', needs: { beds: 3 }, ...more },
        { id: 'b', after: ['a'] },
      ]),
    )
    drive.assign('a', ['1'])
    expect(reservedOf(drive.task)).toEqual({ '1/beds': 3 })
    return drive
  }
  const cancel = (drive: Drive) => drive.when({ type: 'cancel', reason: 'enough', by: null })

  it('when the subtask is done, not before it was approved of', () => {
    const drive = begun({ approval: { when: '`true`', reason: 'r', deadlineMs: 1_000 } })
    drive.result('a', '1', 1)
    expect(reservedOf(drive.task)).toEqual({ '1/beds': 3 })
    drive.approve('a', true)
    expect(reservedOf(drive.task)).toEqual({})
  })

  it('when the attempt fails, or its time passes', () => {
    const failed = begun()
    failed.fail('a', '1', true)
    expect(reservedOf(failed.task)).toEqual({})
    const late = begun()
    late.at(2_500)
    expect(reservedOf(late.task)).toEqual({})
  })

  it('when the task is cancelled, or its deadline passes', () => {
    const canceled = begun()
    cancel(canceled)
    expect(reservedOf(canceled.task)).toEqual({})
    const late = begun({ deadlineMs: 20_000_000 })
    late.at(10_000_001)
    expect(reservedOf(late.task)).toEqual({})
  })

  it('at the end of the task, where it says so', () => {
    const drive = begun({ hold: 'task' })
    drive.result('a', '1', 1)
    drive.assign('b', ['2'])
    expect(reservedOf(drive.task)).toEqual({ '1/beds': 3 })
    drive.result('b', '2', 1)
    expect(drive.task.state).toBe('completed')
    expect(reservedOf(drive.task)).toEqual({})
  })

  it('where it is held for the task that is called off, when what was done is taken back', () => {
    const compensate = { skill: 'back@1', input: 'output', deadlineMs: 1_000, attempts: 1 }
    const drive = begun({ hold: 'task', compensate })
    drive.result('a', '1', 1)
    cancel(drive)
    expect(reservedOf(drive.task)).toEqual({ '1/beds': 3 })
    drive.assign('undo-a', ['3'])
    drive.result('undo-a', '3', null)
    expect(typesOf(drive.history)).toContain('SettlementComputed')
    expect(reservedOf(drive.task)).toEqual({})
  })
})
