import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../../coordinator/flow/evolve.ts'
import { readySubtasks } from '../../../coordinator/flow/ready.ts'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import type { Json } from '../../../protocol/canonical.ts'
import { Drive, planOf, taskId, typesOf } from './drive.ts'

const forEach = { items: 'input.wards', as: 'ward', concurrency: 2, max: 6 }
const over = (more: object = {}) =>
  planOf([
    { id: 'ward', input: '{ name: ward.name, place: index, of: input.town }', forEach, ...more },
    { id: 'sum', after: ['ward'], input: 'outputs.ward' },
  ])
const wards = (...names: string[]): Json => ({ town: 'Buras', wards: names.map(name => ({ name })) })
const ready = (drive: Drive) => readySubtasks(drive.task).map(({ id }) => id)

describe('a subtask over a list', () => {
  it('is one subtask for each item, so many at a time, and gives their outputs in order', () => {
    const drive = new Drive().planned(over(), { input: wards('a', 'b', 'c') })
    expect(drive.history.at(-1)).toMatchObject({
      type: 'SubtaskExpanded',
      children: [
        { subtaskId: 'ward-0', item: { name: 'a' } },
        { subtaskId: 'ward-1', item: { name: 'b' } },
        { subtaskId: 'ward-2', item: { name: 'c' } },
      ],
    })
    expect(ready(drive)).toEqual(['ward-0', 'ward-1'])
    expect(drive.assign('ward-1', ['2'])[0]).toMatchObject({ input: { name: 'b', place: 1, of: 'Buras' } })
    drive.assign('ward-0', ['1'])
    expect(drive.assign('ward-2', ['3'])).toEqual([])
    expect(ready(drive)).toEqual([])
    drive.result('ward-1', '2', 'B')
    expect(ready(drive)).toEqual(['ward-2'])
    drive.assign('ward-2', ['3'])
    drive.result('ward-2', '3', 'C')
    expect(typesOf(drive.result('ward-0', '1', 'A'))).toEqual([
      'ResultReceived',
      'SubtaskAgreed',
      'SubtaskCompleted',
      'SubtaskGathered',
      'SubtaskCompleted',
    ])
    expect(drive.assign('sum', ['1'])[0]).toMatchObject({ input: ['A', 'B', 'C'] })
    drive.result('sum', '1', 3)
    expect(drive.task.output).toEqual({ ward: ['A', 'B', 'C'], sum: 3 })
    // Each item weighs as its subtask does, and the sum needs all of them: 4 prices, split by what each brought about.
    const paid = drive.task.settlement!.settlement.payments
    expect(paid.map(({ agentId }) => agentId)).toEqual(['1', '2', '3'])
    expect(paid.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(4_000)
    expect(Number(paid[0]!.amount)).toBeGreaterThan(Number(paid[1]!.amount))
    expect(paid[1]!.amount).toBe(paid[2]!.amount)
  })

  it('of none is done at once', () => {
    const drive = new Drive().planned(over(), { input: wards() })
    expect(typesOf(drive.history).slice(-3)).toEqual(['SubtaskExpanded', 'SubtaskGathered', 'SubtaskCompleted'])
    expect(drive.assign('sum', ['1'])[0]).toMatchObject({ input: [] })
  })

  it.each([
    ['of too many', wards(...'abcdefg'), 'its list has 7 items, 6 are allowed'],
    ['of what is no list', { wards: 'all' }, 'what it is to go through is no list'],
    ['of nothing', {}, 'what it is to go through is no list'],
  ])('%s fails, and says why', (_, input, reason) => {
    const drive = new Drive().planned(over(), { input: input as Json })
    expect(drive.history).toContainEqual(expect.objectContaining({ type: 'SubtaskFailed', subtaskId: 'ward', reason }))
    expect(drive.task.state).toBe('failed')
  })

  it('is tried again item by item, and asks for approval item by item', () => {
    const approval = { when: "output == 'B'", reason: 'it is b', deadlineMs: 500 }
    const drive = new Drive().planned(over({ approval, forEach: { ...forEach, concurrency: 1 } }), {
      input: wards('a', 'b'),
    })
    drive.assign('ward-0', ['1'])
    drive.fail('ward-0', '1', true)
    expect(ready(drive)).toEqual(['ward-0'])
    drive.assign('ward-0', ['2'])
    drive.result('ward-0', '2', 'A')
    drive.assign('ward-1', ['1'])
    expect(typesOf(drive.result('ward-1', '1', 'B')).at(-1)).toBe('ApprovalRequested')
    expect(drive.task.state).toBe('input-required')
    expect(typesOf(drive.approve('ward-1', true))).toEqual([
      'ApprovalAnswered',
      'SubtaskCompleted',
      'SubtaskGathered',
      'SubtaskCompleted',
    ])
  })

  it('never has more at work than it may, and is the fold of its events, in whatever order things happen', () => {
    fc.assert(
      fc.property(
        fc.nat(5),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.nat(20), { maxLength: 40 }),
        (n, concurrency, moves) => {
          const names = Array.from({ length: n }, (_, place) => `${place}`)
          const drive = new Drive().planned(over({ forEach: { ...forEach, concurrency } }), { input: wards(...names) })
          for (const move of moves) {
            const id = `ward-${move % 5}`
            const child = drive.task.subtasks.get(id)
            if (child?.phase === 'waiting') drive.assign(id, [`${move}`])
            else if (child?.phase === 'executing') {
              const { agentId } = child.assigned!.chosen[0]!
              if (move % 3 === 0) drive.fail(id, agentId, true)
              else drive.result(id, agentId, move)
            }
            const running = [...drive.task.subtasks.values()].filter(({ phase }) => phase === 'executing')
            expect(running.length).toBeLessThanOrEqual(concurrency)
          }
          expect(fold(unknownTask(taskId), drive.history)).toEqual(drive.task)
        },
      ),
    )
  })
})
