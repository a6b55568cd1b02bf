import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '../../../protocol/canonical.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const messageBytes = 12_000
const forEach = { items: 'input.wards', as: 'ward', concurrency: 9, max: 9 }
const bytesOf = (events: readonly TaskEvent[]) => Buffer.byteLength(canonicalJson(events))

/** A list whose items are answered with texts of these lengths, and what is made of them. */
function listOf(
  lengths: readonly number[],
  { output = '`1`', within = messageBytes as number | null, letter = 'x' } = {},
) {
  const plan = { ...planOf([{ id: 'ward', input: 'ward', forEach }]), output }
  const drive = new Drive().planned(plan, {
    input: { wards: [...lengths] },
    ...(within ? { messageBytes: within } : {}),
  })
  for (const place of lengths.keys()) drive.assign(`ward-${place}`, [`${place + 1}`])
  const entries = lengths.map((length, place) =>
    drive.task.state === 'working' ? drive.result(`ward-${place}`, `${place + 1}`, letter.repeat(length)) : [],
  )
  return { drive, last: entries.at(-1)! }
}

describe('what is made of many answers', () => {
  it('fails its subtask where one message has no room for it; the answers stand, and are paid', () => {
    const { drive, last } = listOf([3_000, 3_000, 3_000, 3_000])
    expect(typesOf(last).slice(0, 5)).toEqual([
      'ResultReceived',
      'SubtaskAgreed',
      'SubtaskCompleted',
      'SubtaskFailed',
      'TaskFailed',
    ])
    expect(last[3]).toMatchObject({
      subtaskId: 'ward',
      reason: expect.stringMatching(/^what its items came to is too large: .* \d+ bytes, .* room for \d+$/),
    })
    const { payments, penalties } = drive.task.settlement!.settlement
    expect(payments.map(({ agentId }) => agentId)).toEqual(['1', '2', '3', '4'])
    expect(penalties).toEqual([])
    expect(bytesOf(last)).toBeLessThan(messageBytes)
  })

  it('is what it is where there is room, and in logs that do not say how much', () => {
    expect(listOf([1_000, 1_000, 1_000]).drive.task.state).toBe('completed')
    expect(listOf([3_000, 3_000, 3_000, 3_000], { within: null }).drive.task.state).toBe('completed')
  })

  it('is counted in bytes, as it is written', () => {
    expect(listOf([700, 700, 700], { letter: 'x' }).drive.task.state).toBe('completed')
    expect(listOf([700, 700, 700], { letter: '\u{1}' }).drive.task.state).toBe('failed')
    expect(listOf([1_400, 1_400, 1_400], { letter: '水' }).drive.task.state).toBe('failed')
  })

  it('as the output of a task fails the task', () => {
    const { drive, last } = listOf([700, 700], {
      output: '[outputs.ward, outputs.ward, outputs.ward, outputs.ward, outputs.ward]',
    })
    expect(drive.task.state).toBe('failed')
    expect(last).toContainEqual(
      expect.objectContaining({ type: 'TaskFailed', reason: expect.stringMatching(/^its output is too large: /) }),
    )
  })
})

describe('what is given out', () => {
  const after = (input: string) => planOf([{ id: 'first' }, { id: 'second', after: ['first'], input }])

  it('is no larger than one message', () => {
    const drive = new Drive().planned(after('[outputs.first, outputs.first, outputs.first, outputs.first]'), {
      messageBytes,
    })
    drive.assign('first', ['1'])
    drive.result('first', '1', 'x'.repeat(3_000))
    const [failed, ended] = drive.assign('second', ['2'])
    expect(failed).toMatchObject({
      type: 'SubtaskFailed',
      subtaskId: 'second',
      reason: expect.stringMatching(/^its input is too large: /),
    })
    expect(ended).toMatchObject({ type: 'TaskFailed' })
  })
})

it('a list of what its expression makes is not begun where no message has room for it', () => {
  const items = '[input, input, input, input, input]'
  const plan = planOf([{ id: 'ward', input: 'ward', forEach: { ...forEach, items } }])
  const drive = new Drive().planned(plan, { input: 'x'.repeat(2_500), messageBytes })
  expect(drive.history).toContainEqual(expect.objectContaining({ type: 'SubtaskFailed', subtaskId: 'ward' }))
})

it('a question that shows too much is not put', () => {
  const ask = {
    question: 'Is that so?',
    show: '[input, input, input, input, input]',
    answer: { type: 'boolean' },
    deadlineMs: 100,
  }
  const plan = { ...planOf([]), asks: [{ id: 'ask', after: [], ask }] } as never
  const drive = new Drive().planned(plan, { input: 'x'.repeat(2_500), messageBytes })
  expect(drive.history).toContainEqual(expect.objectContaining({ type: 'SubtaskFailed', subtaskId: 'ask' }))
})

it('whatever agents answer within their third, what follows fits in one message', () => {
  const text = fc
    .tuple(fc.constantFrom('x', '水', '\u{1}', '😀', '"'), fc.nat({ max: 600 }))
    .map(([letter, length]) => letter.repeat(length))
  const value: fc.Arbitrary<Json> = fc.oneof(
    text,
    fc.array(text, { maxLength: 4 }),
    fc.dictionary(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), { maxKeys: 40 }),
  )
  const third = value.filter(each => Buffer.byteLength(canonicalJson(each)) < messageBytes / 3 - 1_000)
  fc.assert(
    fc.property(
      fc.array(third, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('outputs', '`1`', '[outputs, outputs]'),
      (answers, output) => {
        const plan = { ...planOf([{ id: 'ward', input: 'ward', forEach }]), output }
        const drive = new Drive().planned(plan, { input: { wards: answers.map(() => 1) }, messageBytes })
        for (const place of answers.keys()) drive.assign(`ward-${place}`, ['1'])
        for (const [place, answer] of answers.entries()) {
          const events = drive.result(`ward-${place}`, '1', answer)
          expect(bytesOf(events)).toBeLessThan(messageBytes)
        }
        expect(['completed', 'failed']).toContain(drive.task.state)
        expect(drive.task.settlement!.settlement.payments).toHaveLength(1)
      },
    ),
  )
})
