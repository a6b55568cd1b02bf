import { describe, expect, it } from 'vitest'
import { Drive, planOf, typesOf } from './drive.ts'

const plan = planOf([
  { id: 'look', weight: 3 },
  { id: 'dig', after: ['look'], when: 'outputs.look.deep', input: 'outputs.look', weight: 5 },
  { id: 'tell', after: ['dig'], input: '{ look: outputs.look, dig: outputs.dig }', weight: 1 },
])

describe('a condition', () => {
  it('that is false skips its subtask: what waits for it runs on null, and nobody is paid for it', () => {
    const drive = new Drive().planned(plan)
    drive.assign('look', ['1'])
    expect(typesOf(drive.result('look', '1', { deep: false }))).toEqual([
      'ResultReceived',
      'SubtaskAgreed',
      'SubtaskCompleted',
      'SubtaskSkipped',
    ])
    expect(drive.assign('dig', ['2'])).toEqual([])
    expect(drive.assign('tell', ['3'])[0]).toMatchObject({ input: { look: { deep: false }, dig: null } })
    drive.result('tell', '3', 'done')
    expect(drive.task).toMatchObject({ state: 'completed', output: { look: { deep: false }, dig: null, tell: 'done' } })
    expect(drive.task.settlement!.settlement).toMatchObject({
      payments: [
        { agentId: '1', amount: '1750' },
        { agentId: '3', amount: '250' },
      ],
      refund: '997960',
    })
  })

  it('that is true lets it run', () => {
    const drive = new Drive().planned(plan)
    drive.assign('look', ['1'])
    drive.result('look', '1', { deep: true })
    expect(typesOf(drive.assign('dig', ['2']))).toEqual(['SubtaskAssigned'])
  })

  it.each([
    ['is neither', { deep: 'yes' }, 'outputs.look.deep', 'its condition gives "yes", neither true nor false'],
    ['is not there', {}, 'outputs.look.deep', 'its condition gives null, neither true nor false'],
    ['cannot be evaluated', {}, 'length(outputs.look.deep) > `1`', 'its condition fails on what came before'],
  ])('that %s fails its subtask, and so the task', (_, output, when, reason) => {
    const drive = new Drive().planned(planOf([{ id: 'look' }, { id: 'dig', after: ['look'], when }]))
    drive.assign('look', ['1'])
    expect(drive.result('look', '1', output)).toContainEqual(expect.objectContaining({ type: 'SubtaskFailed', reason }))
    expect(drive.task.state).toBe('failed')
  })

  it('over the input or the parameters is asked at once, and a task of which all is skipped is completed', () => {
    const drive = new Drive().planned({
      ...planOf([{ id: 'dig', when: 'params.deep && input.dig' }]),
      params: { deep: false },
    })
    expect(typesOf(drive.history).slice(-5)).toEqual([
      'TaskPlanned',
      'SubtaskSkipped',
      'TaskCompleted',
      'ContributionMeasured',
      'SettlementComputed',
    ])
    expect(drive.task.settlement!.settlement).toMatchObject({ payments: [], fee: '0', refund: '1000000' })
  })
})
