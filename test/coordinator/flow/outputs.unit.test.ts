import { describe, expect, it } from 'vitest'
import { evaluate, outputsNamed } from '../../../coordinator/flow/expression.ts'
import { evaluateIn, scopeOf } from '../../../coordinator/flow/scope.ts'
import { Drive, planOf } from './drive.ts'

/** Ends `second` before `first`, and looks at the task after each. */
function ended() {
  const drive = new Drive().planned(planOf([{ id: 'first' }, { id: 'second' }, { id: 'third' }]))
  const none = drive.task
  drive.assign('second', ['1'])
  drive.result('second', '1', { n: [2, 3] })
  const one = drive.task
  drive.assign('first', ['2'])
  drive.result('first', '2', { n: [1] })
  return { none, one, two: drive.task }
}

describe('what an expression sees of outputs', () => {
  it.each<[string, readonly string[] | null]>([
    ['input.first', []],
    ['outputs.first', ['first']],
    ['{ a: outputs.first.n[0], b: outputs."the-second".n > `1` }', ['first', 'the-second']],
    ['outputs.first.n[*].m || sum(outputs.second.n)', ['first', 'second']],
    ['let $o = outputs.first in $o.n', ['first']],
    ['outputs', null],
    ['keys(outputs)', null],
    ['outputs.*.n', null],
    ['outputs.{ a: first }', null],
    ['[outputs.first, @]', null],
    ['input.names[?$.outputs.first.n == @]', null],
    ['*.first', null],
    ['outputs | first', null],
    ['outputs.(', null],
  ])('is known beforehand: %s', (expression, named) => {
    const known = outputsNamed(expression)
    expect(known && [...known]).toEqual(named)
  })

  it.each([
    ['outputs.first.n'],
    ['[outputs.second, outputs.first, outputs.third]'],
    ['outputs.constructor'],
    ['keys(outputs)'],
    ['outputs'],
    ['outputs.first.n[]'],
    ['length(@.outputs)'],
    ['abs(outputs.first)'],
  ])('gives what all of them would: %s', expression => {
    for (const task of Object.values(ended()))
      expect(evaluateIn(task, expression)).toEqual(evaluate(expression, scopeOf(task)))
  })

  it('is in the order of the plan, and never what came later', () => {
    const { none, one, two } = ended()
    const seen = [two, one, none].map(task => [
      Object.keys(scopeOf(task).outputs as object),
      evaluateIn(task, 'outputs.first.n')?.value,
    ])
    expect(seen).toEqual([
      [['first', 'second'], [1]],
      [['second'], null],
      [[], null],
    ])
  })
})

it('what an expression sees lies in the order in which it is read again, however it was given', () => {
  const drive = new Drive().planned(
    planOf([
      { id: 'first', input: 'keys(input)' },
      { id: 'second', after: ['first'], input: 'outputs.first.*' },
      { id: 'third', after: ['second'], input: 'to_string(input)' },
    ]),
    { input: { town: 'Buras', at: 'noon', 10: 'ten', 9: 'nine' } },
  )
  const given = (id: string, agentId: string) => drive.assign(id, [agentId])[0]
  expect(given('first', '1')).toMatchObject({ input: ['9', '10', 'at', 'town'] })
  drive.result('first', '1', { wards: 3, beds: 1 })
  expect(given('second', '2')).toMatchObject({ input: [1, 3] })
  drive.result('second', '2', null)
  expect(given('third', '3')).toMatchObject({ input: '{"9":"nine","10":"ten","at":"noon","town":"Buras"}' })
})
