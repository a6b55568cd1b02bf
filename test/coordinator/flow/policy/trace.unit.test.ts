import { describe, expect, it } from 'vitest'
import { objectOf, sourceAt, sourcesOf, traceOf } from '../../../../coordinator/flow/policy/trace.ts'

const scope = objectOf({ input: sourceAt('input'), outputs: objectOf({ a: sourceAt('outputs', 'a') }) })
const reads = (expression: string) => [
  ...new Set(sourcesOf(traceOf(expression, scope)).map(({ path }) => path.join('.'))),
]

describe('what an expression reads', () => {
  it.each([
    ['input', ['input']],
    ['input.child.name', ['input.child.name']],
    ['{ x: input.b, y: outputs.a.c }', ['input.b', 'outputs.a.c']],
    ['input.parents[].residentId', ['input.parents.residentId']],
    ['input.parents[0].name', ['input.parents.name']],
    ['outputs.a[?open > `0`].name', ['outputs.a.name', 'outputs.a.open']],
    ['{ inner: { deep: input.x } } | (inner.deep.y)', ['input.x.y']],
    ['input.*.name', ['input']],
    ["join(' ', [input.a, to_string(input.b)])", ['input.a', 'input.b']],
    // What is made anew has fields of other names: none of them narrows what was read.
    ['merge(input.a, { x: input.b }).x', ['input.a', 'input.b']],
    ['(input.a || { c: input.b }).c', ['input.a.c', 'input.a', 'input.b']],
    ['[{ c: input.b }][0].c', ['input.b']],
    ['input.a == input.b', ['input.a', 'input.b']],
    ['!(input.a)', ['input.a']],
    ['input.a ? input.b : input.c', ['input.a', 'input.b', 'input.c']],
    ['sort_by(input.list, &age)[].name', ['input.list']],
    ['map(&$.outputs.a, input.list)', ['input', 'outputs.a', 'input.list']],
    ['$', ['input', 'outputs.a']],
    ['let $x = input.a in { y: $x }', ['input', 'outputs.a']],
    ['`{"input": 1}`.input', []],
  ])('%s', (expression, expected) => {
    expect(reads(expression).sort()).toEqual([...expected].sort())
  })
})
