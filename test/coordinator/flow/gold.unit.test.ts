import { describe, expect, it } from 'vitest'
import { deedsOf } from '../../../coordinator/flow/deeds.ts'
import { goldDue } from '../../../coordinator/flow/gold.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import { type GoldQuestion, goldHash } from '../../../protocol/gold.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const salt: Hex = `0x${'5a'.repeat(32)}`
const question: GoldQuestion = { skill: 's@1', input: { station: 7 }, answer: { level: 'high' }, salt }
const schema = { properties: { level: { type: 'string' } } }
const seed: Hex = `0x${'77'.repeat(32)}`

function begun({ rate = 1, most = 1, questions = [goldHash(question)] } = {}) {
  const subtask = { id: 'only', replicas: 3, quorum: 2, deadlineMs: 1_000, gold: most, attempts: 1 }
  const plan = { ...planOf([subtask]), gold: { rate, most, questions: { 's@1': questions } } }
  return new Drive().planned(plan, { seed, domainId: 'office' })
}

/** Gives out the attempt that is due, as a coordinator that has the question would, or one that has not. */
function give(drive: Drive, more: object): TaskEvent[] {
  const chosen = ['1', '2', '3'].map(agentId => ({
    ...{ agentId, domainId: `domain-${agentId}`, wallet: `0x${'11'.repeat(20)}`, price: '1000', stake: '30000' },
    ...{ score: 0, reasons: [] },
  }))
  const attempt = drive.task.subtasks.get('only')!.attempts + 1
  const wanted = { subtaskId: 'only', attempt, skill: 's@1', outputSchema: schema, chosen, passedOver: [] }
  return drive.when({ type: 'assign', ...wanted, ...more })
}

const gold = { gold: { question: goldHash(question), input: question.input } }

function answer(drive: Drive, levels: Readonly<Record<string, string>>): TaskEvent[] {
  for (const agentId of Object.keys(levels)) drive.commit('only', agentId)
  return Object.entries(levels).flatMap(([agentId, level]) => drive.result('only', agentId, { level }))
}

const open = (drive: Drive, attempt: number, told: GoldQuestion) =>
  drive.when({ type: 'openGold', subtaskId: 'only', attempt, question: told })

describe('gold', () => {
  it('is asked as any work is, told when all have answered, and followed by the work itself', () => {
    const drive = begun()
    expect(give(drive, {})).toEqual([])
    expect(give(drive, gold)[0]).toMatchObject({ type: 'SubtaskAssigned', answer: 'commit', input: question.input })
    expect(open(drive, 1, question)).toEqual([])
    expect(typesOf(answer(drive, { 1: 'high', 2: 'high', 3: 'low' }))).toEqual(Array(3).fill('ResultReceived'))
    expect(open(drive, 1, { ...question, answer: { level: 'low' } })).toEqual([])
    expect(open(drive, 1, { ...question, input: { station: 8 } })).toEqual([])
    expect(open(drive, 1, question)).toMatchObject([{ type: 'GoldOpened', wrong: ['3'] }])
    expect(give(drive, gold)).toEqual([])
    give(drive, {})
    expect(typesOf(answer(drive, { 1: 'none', 2: 'none', 3: 'none' }))).toContain('TaskCompleted')
  })

  it('that all say cannot be answered says nothing of the work itself', () => {
    const drive = begun()
    give(drive, gold)
    for (const agentId of ['1', '2', '3']) drive.fail('only', agentId, false)
    expect(typesOf(open(drive, 1, question))).toEqual(['GoldOpened'])
    give(drive, {})
    expect(typesOf(answer(drive, { 1: 'none', 2: 'none', 3: 'none' }))).toContain('TaskCompleted')
  })

  it('is told of no more once its task has ended, while something is taken back', () => {
    const done = { id: 'done', compensate: { skill: 'undo@1', input: 'output', deadlineMs: 1_000, attempts: 1 } }
    const rule = { rate: 1, most: 1, questions: { 's@1': [goldHash(question)] } }
    const only = { id: 'only', replicas: 3, quorum: 2, gold: 1, after: ['done'] }
    const drive = new Drive().planned({ ...planOf([done, only]), gold: rule }, { seed })
    drive.assign('done', ['9'])
    drive.result('done', '9', {})
    give(drive, gold)
    answer(drive, { 1: 'high', 2: 'high', 3: 'low' })
    expect(typesOf(drive.when({ type: 'cancel', reason: 'a test', by: null }))).toContain('CompensationOpened')
    expect(open(drive, 1, question)).toEqual([])
  })

  it('is paid from the budget like other work where it is right, and fined where it is wrong', () => {
    const drive = begun()
    give(drive, gold)
    answer(drive, { 1: 'high', 2: 'high', 3: 'low' })
    open(drive, 1, question)
    give(drive, {})
    answer(drive, { 1: 'none', 2: 'none', 3: 'none' })
    const { payments, penalties, fee, refund, budget } = drive.task.settlement!.settlement
    expect(payments.map(({ amount }) => amount)).toEqual(['2000', '2000', '1000'])
    expect(penalties).toMatchObject([{ agentId: '3', fault: 'wrong' }])
    const paid = payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
    expect(paid + BigInt(fee) + BigInt(refund)).toBe(BigInt(budget))
    drive.when({ type: 'recordSettlement', txHash: seed, blockNumber: 2 })
    drive.when({ type: 'recordProof', size: 1, root: seed, txHash: seed, blockNumber: 3, bundle: seed })
    const deeds = deedsOf(drive.task)!
    expect(deeds.of).toMatchObject([
      { agentId: '1', good: 2, gold: [1, 0] },
      { agentId: '2', good: 2, gold: [1, 0] },
      { agentId: '3', good: 1, bad: 1, gold: [0, 1] },
    ])
    expect(deeds.gold).toMatchObject([{ attempt: 1, answers: { 1: null, 2: null, 3: expect.any(String) } }])
  })

  it('that nobody has the text of is not asked, and the log says so', () => {
    const drive = begun()
    const [assigned] = give(drive, { gold: { question: goldHash(question) } })
    expect(assigned).toMatchObject({ input: {}, gold: { question: goldHash(question), missing: true } })
    expect(typesOf(answer(drive, { 1: 'none', 2: 'none', 3: 'none' }))).toContain('TaskCompleted')
  })

  it('that is not told in time holds nothing up, and whoever answered is paid', () => {
    const drive = begun()
    give(drive, gold)
    drive.commit('only', '1')
    drive.commit('only', '2')
    expect(typesOf(drive.at(2_000))).toEqual(['AttemptExpired', 'RevealOpened'])
    drive.result('only', '1', { level: 'low' })
    expect(typesOf(drive.at(3_000))).toEqual(['AttemptExpired'])
    expect(drive.at(33_000)).toMatchObject([{ type: 'GoldOpened', question: null, wrong: [] }])
    drive.nowMs = 33_001
    give(drive, {})
    answer(drive, { 1: 'none', 2: 'none', 3: 'none' })
    expect(drive.task.settlement!.settlement.payments[0]).toEqual({ agentId: '1', amount: '2000' })
  })

  it('is drawn anew for each attempt, as often as the rate says, and no question twice in a task', () => {
    const hashes = Array.from({ length: 3 }, (_, n) => goldHash({ ...question, input: n }))
    const drive = begun({ most: 5, questions: hashes })
    const asked: (Hex | null)[] = []
    for (;;) {
      const due = goldDue(drive.task, drive.task.plan!.subtasks[0]!)
      asked.push(due)
      if (!due) break
      const input = hashes.indexOf(due)
      give(drive, { gold: { question: due, input } })
      answer(drive, { 1: 'high', 2: 'high', 3: 'high' })
      open(drive, asked.length, { ...question, input })
    }
    expect(new Set(asked)).toEqual(new Set([...hashes, null]))
    const drawn = Array.from({ length: 400 }, (_, n) => {
      const blockHash = `0x${n.toString(16).padStart(64, '0')}` as Hex
      const { task } = begun({ rate: 0.25 })
      return goldDue({ ...task, seed: blockHash }, task.plan!.subtasks[0]!) !== null
    })
    expect(drawn.filter(Boolean).length).toBeGreaterThan(70)
    expect(drawn.filter(Boolean).length).toBeLessThan(130)
  })
})
