import { expect, it } from 'vitest'
import { evaluate } from '../../../coordinator/flow/expression.ts'

const data = { list: [3, 1, 2], people: [{ n: 2 }, { n: 1 }] }

it.each([
  ['sort(`[3,1,2]`)', [1, 2, 3]],
  ['reverse(`[3,1,2]`)', [2, 1, 3]],
  ['sort_by(`[{"n":2},{"n":1}]`, &n)', [{ n: 1 }, { n: 2 }]],
  ['merge(`{"a":1}`, `{"b":2}`)', { a: 1, b: 2 }],
  ['`[[3],[1]]`[]', [3, 1]],
  ['sort(list)', [1, 2, 3]],
  ['sort_by(people, &n)[0].n', 1],
  ['let $x = `[1]` in { a: $x, b: list }', { a: [1], b: [3, 1, 2] }],
])('%s is the same each time', (expression, value) => {
  for (let time = 0; time < 3; time++) expect(evaluate(expression, data)).toEqual({ value })
  expect(data).toEqual({ list: [3, 1, 2], people: [{ n: 2 }, { n: 1 }] })
})

it('gives nothing where an expression fails, each time', () => {
  for (let time = 0; time < 2; time++) {
    expect(evaluate('sort(', data)).toBeNull()
    expect(evaluate('abs(`"text"`)', data)).toBeNull()
    expect(evaluate('`1` % `0`', data)).toBeNull()
  }
})
