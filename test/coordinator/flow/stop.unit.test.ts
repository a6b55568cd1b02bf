import { describe, expect, it } from 'vitest'
import { defaultTerms } from '../../../coordinator/terms.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const one = planOf([{ id: 'only' }])

describe('a cancellation', () => {
  const address = `0x${'11'.repeat(20)}`
  const hash = `0x${'00'.repeat(32)}`
  const withdraw = (drive: Drive, contract = address) =>
    drive.when({
      type: 'cancel',
      reason: 'withdrawn',
      by: { cancelHash: hash, contract, txHash: hash, blockNumber: 3 },
    })

  it('by the chain ends a task whose work has not begun, and no other', () => {
    expect(typesOf(withdraw(new Drive().planned(one)))[0]).toBe('TaskCanceled')
    const begun = new Drive().planned(one)
    begun.assign('only', ['1'])
    expect(withdraw(begun)).toEqual([])
  })

  it('by another contract than the one that opened it is none, and after the end nobody is bothered', () => {
    const drive = new Drive().planned(one)
    expect(withdraw(drive, `0x${'99'.repeat(20)}`)).toEqual([])
    withdraw(drive)
    expect(withdraw(drive)).toEqual([])
  })
})

describe('what ends before its budget is reserved', () => {
  const opened = () => {
    const drive = new Drive()
    drive.when({
      type: 'submit',
      authority: { by: 'order' },
      requester: { address: by.signer, domainId: 'health' },
      spec: { goal: 'a test', template: one.template.hash, policy: { approvers: [by.signer], onSilence: 'deny' } },
      input: {},
      budget: '5000',
      deadlineMs: 10_000_000,
      terms: defaultTerms,
    })
    return drive
  }
  const hash = `0x${'00'.repeat(32)}`
  const funding = { type: 'recordFunding', txHash: hash, blockNumber: 1, blockHash: hash } as const
  const by = { signer: `0x${'11'.repeat(20)}`, signedAtMs: 5, signature: `0x${'22'.repeat(65)}` }

  it.each([
    ['cancelled', (drive: Drive) => drive.when({ type: 'cancel', reason: 'a mistake', by })],
    ['late', (drive: Drive) => drive.at(10_000_000)],
  ])('is given it back when it is reserved all the same: %s', (_, end) => {
    const drive = opened()
    expect(end(drive)).toHaveLength(1)
    expect(typesOf(drive.when(funding))).toEqual(['TaskFunded', 'ContributionMeasured', 'SettlementComputed'])
    const { budget, refund, payments } = drive.task.settlement!.settlement
    expect({ refund, payments }).toEqual({ refund: budget, payments: [] })
    expect(drive.when(funding)).toEqual([])
  })

  it('is proven where it never is, and then nothing is reserved any more', () => {
    const drive = opened()
    drive.when({ type: 'cancel', reason: 'a mistake', by })
    const proof = { size: 1, root: hash, txHash: hash, blockNumber: 2, bundle: hash }
    expect(typesOf(drive.when({ type: 'recordProof', ...proof }))).toEqual(['TaskProven'])
    expect(drive.when(funding)).toEqual([])
  })
})

describe('a pause', () => {
  const by = (signedAtMs: number) => ({ signer: `0x${'11'.repeat(20)}`, signedAtMs, signature: `0x${'22'.repeat(65)}` })
  const pause = (drive: Drive, at: number) => drive.when({ type: 'pause', reason: 'look first', by: by(at) })
  const resume = (drive: Drive, at: number) => drive.when({ type: 'resume', by: by(at) })

  it('keeps new work back, lets what runs end, and stops no deadline', () => {
    const drive = new Drive().planned(planOf([{ id: 'one' }, { id: 'two' }]))
    drive.assign('one', ['1'])
    expect(typesOf(pause(drive, 5))).toEqual(['TaskPaused'])
    expect(drive.assign('two', ['2'])).toEqual([])
    expect(typesOf(drive.result('one', '1', {}))).toContain('SubtaskCompleted')
    expect(pause(drive, 6)).toEqual([])
    expect(typesOf(resume(drive, 7))).toEqual(['TaskResumed'])
    expect(typesOf(drive.assign('two', ['2']))).toEqual(['SubtaskAssigned'])
    pause(drive, 8)
    expect(typesOf(drive.at(10_000_000))[0]).toBe('TaskFailed')
    expect(() => resume(drive, 9)).toThrow(/the task is failed/)
  })

  it('cannot be brought back by an old signature', () => {
    const drive = new Drive().planned(one)
    pause(drive, 5)
    resume(drive, 7)
    expect(() => pause(drive, 5)).toThrow(/signed before/)
    expect(() => pause(drive, 7)).toThrow(/signed before/)
    expect(typesOf(pause(drive, 8))).toEqual(['TaskPaused'])
  })
})
