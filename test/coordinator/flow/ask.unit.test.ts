import { describe, expect, it } from 'vitest'
import { nextDeadlineMs } from '../../../coordinator/flow/expire.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import type { TaskEventOf } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Plan } from '../../../protocol/plan.ts'
import { Drive, planOf, taskId, typesOf } from './drive.ts'

type AskRule = NonNullable<Plan['asks']>[number]['ask']

const approver: Hex = `0x${'11'.repeat(20)}`
const buyer: Hex = `0x${'33'.repeat(20)}`
const stranger: Hex = `0x${'44'.repeat(20)}`
const answerSchema = { type: 'object', properties: { waived: { type: 'boolean' } }, required: ['waived'] }
const plain: AskRule = { question: 'Do you take them as they are?', answer: answerSchema, deadlineMs: 1_000 }

function asking(ask: AskRule, input: Json = {}, when?: string) {
  const plan = planOf([{ id: 'pay', after: ['waiver'], input: 'outputs.waiver' }])
  const node = { id: 'waiver', title: '', after: [], ask, ...(when === undefined ? {} : { when }) }
  return new Drive().planned({ ...plan, asks: [node] }, { input })
}

const askedOf = (drive: Drive) => drive.task.subtasks.get('waiver')!.question as TaskEventOf<'QuestionAsked'>

function answer(drive: Drive, answer: Json, { signer = approver, hash = askedOf(drive).contentHash } = {}) {
  const by = { signer, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }
  return drive.when({ type: 'answerQuestion', subtaskId: 'waiver', contentHash: hash, answer, by })
}
const refused = (code: string, message = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

describe('a question', () => {
  it('is put to the requester and the approvers, has a deadline, and its answer is its output', () => {
    const drive = asking(plain)
    const shown = { question: plain.question, show: null, answerSchema }
    expect(askedOf(drive)).toMatchObject({ ...shown, from: [approver], deadlineMs: 2_000 })
    expect(askedOf(drive).contentHash).toBe(contentHash({ taskId, subtaskId: 'waiver', ...shown }))
    expect(drive.task.state).toBe('input-required')
    expect(nextDeadlineMs(drive.task)).toBe(2_000)
    expect(drive.assign('pay', ['1'])).toEqual([])
    expect(typesOf(answer(drive, { waived: true }))).toEqual(['QuestionAnswered', 'SubtaskCompleted'])
    expect(drive.task.state).toBe('working')
    expect(drive.assign('pay', ['1'])[0]).toMatchObject({ input: { waived: true } })
    drive.result('pay', '1', 'paid')
    expect(drive.task.settlement!.settlement.payments).toEqual([{ agentId: '1', amount: '1000' }])
  })

  it('reads as what is known by then, shows what it is about, and is put to whom the template names', () => {
    const ask = {
      ...plain,
      question: { expression: "join(' ', ['Do you waive', to_string(length(input.found)), 'discrepancies?'])" },
      show: 'input.found',
      from: 'input.buyers',
    }
    const drive = asking(ask, {
      found: ['quantity', 'amount'],
      buyers: [buyer.toUpperCase().replace('0X', '0x'), null],
    })
    expect(askedOf(drive)).toMatchObject({
      question: 'Do you waive 2 discrepancies?',
      show: ['quantity', 'amount'],
      from: [buyer],
    })
    expect(() => answer(drive, { waived: true })).toThrow(refused('ANSWERER_UNKNOWN'))
    expect(typesOf(answer(drive, { waived: true }, { signer: buyer }))).toContain('SubtaskCompleted')
  })

  it('takes no answer to another question, of a stranger, or that the schema does not allow', () => {
    const drive = asking({ ...plain, from: [buyer] })
    const hash = contentHash('another')
    expect(() => answer(drive, { waived: true }, { signer: buyer, hash })).toThrow(refused('QUESTION_NOT_OPEN'))
    expect(() => answer(drive, { waived: true }, { signer: stranger })).toThrow(refused('ANSWERER_UNKNOWN'))
    expect(() => answer(drive, { waived: 'yes' }, { signer: buyer })).toThrow(
      refused('ANSWER_INVALID', /answer\.waived/),
    )
    expect(drive.task.state).toBe('input-required')
  })

  it('whose schema is asked no more takes no answer, and ends by silence', () => {
    const drive = asking({ ...plain, answer: { type: 'string', pattern: '(?=y)' }, default: 'no' })
    expect(() => answer(drive, 'yes')).toThrow(refused('ANSWER_INVALID', /its schema cannot be asked: pattern/))
    expect(drive.at(2_000)[0]).toMatchObject({ type: 'QuestionAnswered', answer: 'no', by: null })
  })

  it('is answered once, and in time', () => {
    const late = asking(plain)
    late.nowMs = 2_000
    expect(() => answer(late, { waived: true })).toThrow(refused('QUESTION_NOT_OPEN'))
    const drive = asking(plain)
    answer(drive, { waived: true })
    expect(() => answer(drive, { waived: false })).toThrow(refused('QUESTION_NOT_OPEN'))
    drive.at(10_000_000)
    expect(() => answer(drive, { waived: false })).toThrow(refused('TASK_CLOSED'))
  })

  it('that nobody answers has its default, or fails where there is none', () => {
    const lenient = asking({ ...plain, default: { waived: false } })
    expect(lenient.at(1_999)).toEqual([])
    expect(lenient.at(2_000)[0]).toMatchObject({ type: 'QuestionAnswered', answer: { waived: false }, by: null })
    expect(lenient.assign('pay', ['1'])[0]).toMatchObject({ input: { waived: false } })
    const strict = asking(plain)
    expect(typesOf(strict.at(2_000)).slice(0, 2)).toEqual(['SubtaskFailed', 'TaskFailed'])
    expect(strict.task.settlement!.settlement.refund).toBe('1000000')
  })

  it('is not put where its condition is false', () => {
    const drive = asking(plain, { complies: true }, '!(input.complies)')
    expect(typesOf(drive.history)).toContain('SubtaskSkipped')
    expect(drive.assign('pay', ['1'])[0]).toMatchObject({ input: null })
  })

  it.each([
    ['that is no text', { question: { expression: 'input.n' } }, /no text/],
    ['about what fails', { show: 'abs(input.none)' }, /what it shows fails/],
    ['to nobody', { from: 'input.none' }, /no addresses/],
    ['to what is no address', { from: 'input.n' }, /no addresses/],
  ])('%s fails', (_, wrong, why) => {
    const drive = asking({ ...plain, ...wrong }, { n: 5 })
    const failed = { type: 'SubtaskFailed', reason: expect.stringMatching(why) }
    expect(drive.history).toContainEqual(expect.objectContaining(failed))
  })
})
