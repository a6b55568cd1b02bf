import { search } from '@jmespath-community/jmespath'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, expressionFault } from '../../../coordinator/flow/expression.ts'
import { inTime } from '../../harness/in-time.ts'

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
    // In halves of characters, which no message can carry.
    expect(evaluate("split('😀', '')", data)).toBeNull()
  }
})

const twice = (stage: string, times: number) => Array(times).fill(stage).join(' | ')
const nested = (inner: string, times: number) =>
  Array(times)
    .fill(null)
    .reduce(given => `length(map(&${given}, \`[0,0,0,0,0,0,0,0,0,0]\`))`, inner)

describe('what would stand still', () => {
  it.each([
    ['copies what it is given over and over', twice('{ a: @, b: @ }', 60)],
    ['the same in lists', twice('[@, { a: @ }]', 60)],
    ['goes through lists in lists', nested('`1`', 40)],
    ['joins a text with itself', `people[0].t | ${twice('join(`","`, [@, @])', 16)} | length(@)`],
    ['goes through a list for each of its items', 'many[*].[$.many[*].[$.many[*]]]'],
    ['compares what it has copied', `${twice('[@, @]', 16)} | [?@ == $]`],
    ['replaces without end', "replace('a', 'b', 'c', `1000000000`)"],
    ['pads without end', "pad_left('a', `500000000`)"],
    ['makes a text of a text of a text', twice('to_string([@, @, @, @])', 8)],
    ['and in a scope of its own', `let $x = many in ${nested('`1`', 40)}`],
  ])('fails, and soon: %s', (_, expression) => {
    const many = Array.from({ length: 2_000 }, (_, n) => n)
    const startedMs = performance.now()
    expect(evaluate(expression, { ...data, many, people: [{ t: 'x'.repeat(1_000) }] })).toBeNull()
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })

  it.each([
    ['trim_right(blank)', { value: 500_001 }],
    ['trim(blank)', { value: 1 }],
    ["trim_right(blank, ' \n')", { value: 500_001 }],
    ['find_last(letters, sought)', null],
    ['find_first(letters, inside)', null],
    ['contains(letters, inside)', null],
    ['split(letters, inside)', null],
    ["replace(letters, inside, '')", null],
    ['find_first(letters, `"ab"`)', { value: 400_000 }],
  ])('goes through a text once, or not at all: %s', async (expression, value) => {
    const a = 'a'.repeat(200_000)
    const texts = { blank: `${' \n'.repeat(250_000)}x`, letters: `${a}${a}ab`, sought: `${a}b`, inside: `${a}b${a}` }
    const given = expression.includes('trim') ? `length(${expression})` : expression
    const evaluated = new URL('../../../coordinator/flow/expression.ts', import.meta.url)
    expect(await inTime(evaluated, 'evaluate', given, texts)).toEqual(value)
  })

  it('cuts off what the library does', () => {
    const texts = fc.string({ unit: fc.constantFrom(' ', '\n', '\x85', 'a', ']', '^', '\\', '😀'), maxLength: 8 })
    fc.assert(
      fc.property(texts, texts, (text, among) => {
        for (const name of ['trim', 'trim_right', 'trim_left']) {
          for (const expression of [`${name}(text)`, `${name}(text, among)`]) {
            const cut = search({ text, among }, expression) as string
            // In halves of characters, which no message can carry.
            expect([expression, evaluate(expression, { text, among })]).toEqual([
              expression,
              cut.isWellFormed() ? { value: cut } : null,
            ])
          }
        }
      }),
    )
    for (const wrong of ['trim(`1`)', "trim_right('a', `1`)", "trim('a', 'b', 'c')", 'trim_right()']) {
      expect(evaluate(wrong, {})).toBeNull()
    }
  })

  it('is said of it before it runs, where it says so itself', () => {
    expect(expressionFault(twice('{ a: @, b: @ }', 60))).toMatch(/copy/)
    expect(expressionFault(twice('{ a: a, b: b }', 8))).toBeNull()
  })

  it('does not hold of what is merely long', () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ({ n, name: `item ${n}`, tags: ['a', 'b'] }))
    const kept = evaluate("many[?n > `10` && contains(tags, 'a')].{ n: n, name: name, twice: [n, n] }", { many })
    expect(kept?.value).toHaveLength(19_989)
    const few = many.slice(0, 500)
    const joined = evaluate('few[*].{ n: n, same: $.few[?name == `"item 7"`] | length(@) }', { few })
    expect(joined?.value).toHaveLength(500)
  })
})
