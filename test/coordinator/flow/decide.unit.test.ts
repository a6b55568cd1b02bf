import { describe, expect, it } from 'vitest'
import { fold } from '../../../coordinator/flow/evolve.ts'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import { Drive, planOf, taskId, typesOf } from './drive.ts'

const one = planOf([{ id: 'only' }])
const three = planOf([{ id: 'look', replicas: 3, quorum: 2 }])
const ends = ['SubtaskAgreed', 'SubtaskCompleted', 'TaskCompleted', 'ContributionMeasured', 'SettlementComputed']

describe('one subtask, one agent', () => {
  it('a result completes the subtask, the task, and says who is paid what', () => {
    const drive = new Drive().planned(one)
    drive.assign('only', ['1'])
    expect(typesOf(drive.result('only', '1', { x: 1 }))).toEqual(['ResultReceived', ...ends])
    expect(drive.task).toMatchObject({ state: 'completed', output: { only: { x: 1 } } })
    expect(drive.task.settlement!.settlement).toMatchObject({
      payments: [{ agentId: '1', amount: '1000' }],
      penalties: [],
      fee: '20',
      refund: '998980',
    })
  })

  it('the same result again, and one for an older attempt, bring about nothing', () => {
    const drive = new Drive().planned(planOf([{ id: 'only' }, { id: 'other' }]))
    drive.assign('only', ['1'])
    drive.result('only', '1', { x: 1 })
    expect(drive.result('only', '1', { x: 2 })).toEqual([])
    drive.assign('other', ['1'])
    drive.at(2_001)
    drive.assign('other', ['2'])
    expect(drive.result('other', '1', { late: true })).toEqual([])
    expect(drive.task.subtasks.get('other')).toMatchObject({ attempts: 2, phase: 'executing' })
  })

  it('silence is a no-show, fined from the stake, and the next attempt is open', () => {
    const drive = new Drive().planned(one)
    drive.assign('only', ['1'])
    expect(typesOf(drive.at(2_000))).toEqual(['AttemptExpired', 'AttemptFailed'])
    drive.assign('only', ['2'])
    drive.result('only', '2', {})
    expect(drive.task.settlement!.settlement).toMatchObject({
      payments: [{ agentId: '2', amount: '1000' }],
      penalties: [{ agentId: '1', fault: 'no-show', amount: '300' }],
    })
  })

  it('a final failure ends the subtask at once, a retryable one when the attempts are used up', () => {
    const final = new Drive().planned(one)
    final.assign('only', ['1'])
    expect(typesOf(final.fail('only', '1', false))).toContain('TaskFailed')
    const retryable = new Drive().planned(one)
    retryable.assign('only', ['1'])
    expect(typesOf(retryable.fail('only', '1', true))).toEqual(['ResultReceived', 'AttemptFailed'])
    retryable.assign('only', ['1'])
    expect(typesOf(retryable.fail('only', '1', true))).toContain('TaskFailed')
    expect(retryable.task.settlement!.settlement).toMatchObject({ payments: [], refund: '1000000' })
  })
})

describe('replicas', () => {
  it('reveal only when all have committed, and a result before that counts for nothing', () => {
    const drive = new Drive().planned(three)
    drive.assign('look', ['1', '2', '3'])
    drive.commit('look', '1')
    expect(drive.result('look', '1', { n: 1 })).toEqual([])
    drive.commit('look', '2')
    expect(typesOf(drive.commit('look', '3'))).toEqual(['ResultCommitted', 'RevealOpened'])
    drive.result('look', '1', { n: 1 })
    drive.result('look', '2', { n: 1 })
    expect(typesOf(drive.result('look', '3', { n: 9 }))).toEqual(['ResultReceived', ...ends])
    expect(drive.task.subtasks.get('look')!.verdict).toMatchObject({ accepted: ['1', '2'], deviators: ['3'] })
    expect(drive.task.settlement!.settlement.penalties).toMatchObject([
      { agentId: '3', fault: 'wrong', amount: '9999' },
    ])
  })

  it('go on without one that stays silent, and without one that does not open its commitment', () => {
    const drive = new Drive().planned(three)
    drive.assign('look', ['1', '2', '3'])
    drive.commit('look', '1')
    drive.commit('look', '2')
    expect(typesOf(drive.at(2_000))).toEqual(['AttemptExpired', 'RevealOpened'])
    drive.result('look', '1', { n: 1 })
    drive.result('look', '2', { n: 1 })
    expect(drive.task.subtasks.get('look')!.verdict).toMatchObject({ noShows: ['3'], confidence: 2 / 3 })
    const other = new Drive().planned(planOf([{ id: 'look', replicas: 3, quorum: 2 }]))
    other.assign('look', ['1', '2', '3'])
    for (const agent of ['1', '2', '3']) other.commit('look', agent)
    other.result('look', '1', { n: 1 })
    other.result('look', '2', { n: 1 })
    expect(typesOf(other.at(2_000))).toContain('TaskCompleted')
    expect(other.task.settlement!.settlement.penalties).toMatchObject([{ agentId: '3', fault: 'unrevealed' }])
  })

  it('hear no more of one that let the time for commitments pass: its word would end the subtask for those who kept it', () => {
    const drive = new Drive().planned(three)
    drive.assign('look', ['1', '2', '3'])
    drive.commit('look', '1')
    drive.commit('look', '2')
    drive.at(2_000)
    expect(drive.fail('look', '3', false)).toEqual([])
    expect(typesOf(drive.at(3_000))).toEqual(['AttemptExpired', 'AttemptFailed'])
    expect(drive.task.subtasks.get('look')).toMatchObject({ phase: 'waiting', attempts: 1 })
  })

  it('that do not agree cost nobody a fine, and are asked again', () => {
    const drive = new Drive().planned(three)
    drive.assign('look', ['1', '2', '3'])
    for (const agent of ['1', '2', '3']) drive.commit('look', agent)
    drive.result('look', '1', { n: 1 })
    drive.result('look', '2', { n: 5 })
    expect(typesOf(drive.result('look', '3', { n: 9 }))).toEqual(['ResultReceived', 'AttemptFailed'])
    expect(drive.task.subtasks.get('look')).toMatchObject({ phase: 'waiting', faults: [] })
  })
})

describe('approval', () => {
  const gated = planOf([{ id: 'act', approval: { when: 'output.big', reason: 'it is big', deadlineMs: 500 } }])

  it('is asked when the condition says so, and binds to exactly what was shown', () => {
    const drive = new Drive().planned(gated)
    drive.assign('act', ['1'])
    expect(typesOf(drive.result('act', '1', { big: true })).at(-1)).toBe('ApprovalRequested')
    expect(drive.task.state).toBe('input-required')
    expect(() => drive.approve('act', true, `0x${'99'.repeat(32)}`)).toThrow(/no approval/)
    expect(typesOf(drive.approve('act', true))).toEqual(['ApprovalAnswered', ...ends.slice(1)])
    expect(() => drive.approve('act', true)).toThrow(/the task is completed/)
  })

  it('is not asked otherwise', () => {
    const drive = new Drive().planned(gated)
    drive.assign('act', ['1'])
    expect(typesOf(drive.result('act', '1', { big: false }))).toContain('TaskCompleted')
  })

  it('is asked when its condition fails on the output', () => {
    const approval = { when: 'length(output.list) > `0`', reason: 'a list', deadlineMs: 500 }
    const drive = new Drive().planned(planOf([{ id: 'act', approval }]))
    drive.assign('act', ['1'])
    expect(typesOf(drive.result('act', '1', { list: 7 })).at(-1)).toBe('ApprovalRequested')
  })

  it('denied, or unanswered where silence denies, fails the task, and the rest goes back', () => {
    for (const deny of [(drive: Drive) => drive.approve('act', false), (drive: Drive) => drive.at(1_500)]) {
      const drive = new Drive().planned(gated)
      drive.assign('act', ['1'])
      drive.result('act', '1', { big: true })
      expect(typesOf(deny(drive))).toEqual([
        'ApprovalAnswered',
        'TaskFailed',
        'ContributionMeasured',
        'SettlementComputed',
      ])
      expect(drive.task.settlement!.settlement.refund).toBe('1000000')
    }
  })

  it.each([
    ['deny', true, 'failed'],
    ['grant', false, 'completed'],
  ])(
    'after its time changes nothing of what silence means, though nobody has said so yet: %s',
    (onSilence, granted, end) => {
      const drive = new Drive().planned(gated, { policy: { onSilence } })
      drive.assign('act', ['1'])
      drive.result('act', '1', { big: true })
      drive.nowMs = 1_500
      expect(() => drive.approve('act', granted)).toThrow(expect.objectContaining({ code: 'APPROVAL_NOT_OPEN' }))
      drive.at(1_500)
      expect(drive.task.state).toBe(end)
    },
  )

  it('after its time stands where a log has it: what counted before counts', () => {
    const drive = new Drive().planned(gated)
    drive.assign('act', ['1'])
    drive.result('act', '1', { big: true })
    drive.nowMs = 1_499
    const [answered, ...rest] = drive.approve('act', true)
    const late = drive.history.map(event => (event === answered ? { ...event, atMs: 1_501 } : event))
    expect(rest.length).toBeGreaterThan(0)
    expect(fold(unknownTask(taskId), late)).toMatchObject({ state: 'completed' })
  })
})

describe('expressions that fail on what they are given', () => {
  it('fail the subtask, or the task, and give the budget back', () => {
    const input = new Drive().planned(planOf([{ id: 'only', input: 'abs(input)' }]))
    expect(typesOf(input.assign('only', ['1']))).toEqual(expect.arrayContaining(['SubtaskFailed', 'TaskFailed']))
    expect(input.task.settlement!.settlement.refund).toBe('1000000')
    const output = new Drive().planned({ ...one, output: 'abs(outputs)' })
    output.assign('only', ['1'])
    expect(typesOf(output.result('only', '1', {}))).toContain('TaskFailed')
  })
})

describe('expressions that give what JSON cannot carry', () => {
  it.each(['input.n % input.zero', '{ n: [input.n % input.zero] }', '`1e308` * `10`', 'input.constructor'])(
    '%s fails',
    text => {
      const input = { n: 1, zero: 0 }
      const drive = new Drive().planned(planOf([{ id: 'only', input: text }]), { input })
      expect(typesOf(drive.assign('only', ['1']))).toEqual(expect.arrayContaining(['SubtaskFailed', 'TaskFailed']))
      const last = new Drive().planned({ ...one, output: text }, { input })
      last.assign('only', ['1'])
      expect(typesOf(last.result('only', '1', {}))).toContain('TaskFailed')
    },
  )
})

describe('the end', () => {
  it('comes with the deadline of the task whatever it waits for', () => {
    const drive = new Drive().planned(one)
    expect(typesOf(drive.at(10_000_000)).slice(0, 2)).toEqual(['StarvationWarned', 'TaskFailed'])
    expect(drive.at(10_000_001)).toEqual([])
  })

  it('is settled and proven once', () => {
    const drive = new Drive().planned(one)
    drive.assign('only', ['1'])
    drive.result('only', '1', {})
    const paid = { type: 'recordSettlement', txHash: '0x', blockNumber: 2 }
    expect(typesOf(drive.when(paid))).toEqual(['TaskSettled'])
    expect(drive.when(paid)).toEqual([])
  })

  it('is proven when it is settled, and not before', () => {
    const drive = new Drive().planned(one)
    drive.at(10_000_000)
    const proof = { type: 'recordProof', size: 1, root: '0x', txHash: '0x', blockNumber: 2, bundle: '0x' }
    expect(drive.when(proof)).toEqual([])
    drive.when({ type: 'recordSettlement', txHash: '0x', blockNumber: 2 })
    expect(typesOf(drive.when(proof))).toEqual(['TaskProven'])
  })

  it('gives the whole budget back where nothing that was done has any weight', () => {
    const drive = new Drive().planned(planOf([{ id: 'only', weight: 0 }]))
    drive.assign('only', ['1'])
    drive.result('only', '1', {})
    expect(drive.task.settlement!.settlement).toMatchObject({ payments: [], fee: '0', refund: '1000000' })
  })

  it('refuses an attempt that the budget cannot pay', () => {
    const drive = new Drive().planned(one, { budget: 1_100n })
    drive.assign('only', ['1'])
    drive.at(2_000)
    drive.assign('only', ['2'])
    drive.result('only', '2', {})
    const { fee, refund, payments } = drive.task.settlement!.settlement
    expect(BigInt(fee) + BigInt(refund) + BigInt(payments[0]!.amount)).toBe(1_100n)
    const poor = new Drive().planned(one, { budget: 1_000n })
    expect(typesOf(poor.assign('only', ['1']))).toEqual(
      expect.arrayContaining(['SubtaskFailed', 'TaskFailed', 'SettlementComputed']),
    )
  })
})
