import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { misfits } from '../../../../coordinator/flow/check/fits.ts'
import { inferShape, type Missing, readsRoot } from '../../../../coordinator/flow/check/infer.ts'
import { objectOf, shapeOf, shapeOfValue, unknown } from '../../../../coordinator/flow/check/shape.ts'
import { evaluate } from '../../../../coordinator/flow/expression.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import { type Schema, schemaFaults } from '../../../../protocol/parameters.ts'
import { inTime } from '../../../harness/in-time.ts'

const forecast: Schema = {
  type: 'object',
  properties: {
    windKt: { type: 'number' },
    place: { type: 'string' },
    note: { type: 'string' },
    levels: {
      type: 'array',
      items: {
        type: 'object',
        properties: { hour: { type: 'integer' }, levelM: { type: 'number' } },
        required: ['hour'],
      },
    },
  },
  required: ['windKt', 'place', 'levels'],
  additionalProperties: false,
}
const scope = objectOf({
  input: shapeOf({ type: 'object', properties: { at: { type: 'string' } }, required: ['at'] }),
  outputs: objectOf({ 'the-forecast': shapeOf(forecast), other: unknown }, 'outputs'),
})
const infer = (expression: string) => inferShape(expression, scope)
const refused = (expression: string, schema: Schema) =>
  misfits(infer(expression), schema).map(({ path, why }) => `${path.join('.')}: ${why}`)

describe('the shape that an expression gives', () => {
  it.each([
    ['input.at', { kind: 'string' }],
    ['`1`', { kind: 'integer', value: 1 }],
    ["'x'", { kind: 'string', value: 'x' }],
    ['outputs."the-forecast".windKt', { kind: 'number' }],
    ['outputs."the-forecast".note', { kind: 'any', of: [{ kind: 'string' }, { kind: 'null' }] }],
    ['outputs."the-forecast".nothingSuch', { kind: 'null' }],
    ['outputs."the-forecast".levels[].hour', { kind: 'array', items: { kind: 'integer' } }],
    ['outputs."the-forecast".levels[*].levelM', { kind: 'array', items: { kind: 'number' } }],
    ['outputs."the-forecast".levels[?hour > `3`].hour', { kind: 'array', items: { kind: 'integer' } }],
    ['outputs."the-forecast".levels[0].hour', { kind: 'any', of: [{ kind: 'integer' }, { kind: 'null' }] }],
    ['outputs."the-forecast".levels[1:3].hour', { kind: 'array', items: { kind: 'integer' } }],
    ['outputs."the-forecast" | place', { kind: 'string' }],
    ['length(outputs."the-forecast".levels)', { kind: 'integer' }],
    ["input.at == 'x'", { kind: 'boolean' }],
    ['outputs."the-forecast".place.x', { kind: 'null' }],
    [
      '[input.at, `1`]',
      { kind: 'array', items: { kind: 'any', of: [{ kind: 'string' }, { kind: 'integer', value: 1 }] } },
    ],
    ['{ a: input.at }', { kind: 'object', fields: { a: { kind: 'string' } }, open: false }],
    ['input.other', unknown],
    ['outputs.other.x[0].y', unknown],
    ['max_by(outputs."the-forecast".levels, &hour)', unknown],
  ])('%s', (expression, shape) => {
    expect(infer(expression)).toEqual(shape)
  })

  it('says each name that is read where there is none', () => {
    const missing: Missing[] = []
    inferShape('{ a: outputs.gone, b: outputs.other.gone, c: [outputs.lost.x] }', scope, each => missing.push(each))
    expect(missing).toEqual([
      { of: 'outputs', name: 'gone' },
      { of: 'outputs', name: 'lost' },
    ])
  })

  it('of a schema that refers to itself ends', () => {
    const tree: Schema = {
      $ref: '#/$defs/tree',
      $defs: { tree: { type: 'object', properties: { left: { $ref: '#/$defs/tree' } }, required: ['left'] } },
    }
    expect(inferShape('left.left.left', shapeOf(tree))).toMatchObject({ kind: 'object' })
    expect(misfits(shapeOf(tree), tree)).toEqual([])
  })

  it('knows an expression that reads the whole', () => {
    expect(['$.input', 'a[?b == $.c]', '{ x: [$] }'].map(readsRoot)).toEqual([true, true, true])
    expect(['input', "'$'", '`{"type":"Root"}`'].map(readsRoot)).toEqual([false, false, false])
  })
})

describe('what a skill would refuse', () => {
  const asks = (properties: Schema, required = Object.keys(properties)): Schema => ({
    type: 'object',
    properties,
    required,
  })

  it.each([
    [
      'a field that is missing',
      '{ a: input.at }',
      asks({ a: { type: 'string' }, b: {} }),
      ['b: it is asked for, and not given'],
    ],
    [
      'a field that is never there',
      '{ a: outputs."the-forecast".wind }',
      asks({ a: { type: 'number' } }),
      ['a: it is null, a number is asked for'],
    ],
    [
      'another type',
      '{ a: outputs."the-forecast".place }',
      asks({ a: { type: 'number' } }),
      ['a: it is a string, a number is asked for'],
    ],
    [
      'another type in a list',
      '{ a: outputs."the-forecast".levels[].hour }',
      asks({ a: { type: 'array', items: { type: 'string' } } }),
      ['a.[]: it is an integer, a string is asked for'],
    ],
    [
      'a literal that is no choice',
      "{ a: 'x' }",
      asks({ a: { enum: ['y', 'z'] } }),
      ['a: it is "x", one of ["y","z"] is asked for'],
    ],
    [
      'a field that is not wanted',
      "{ a: 'x', b: 'y' }",
      { ...asks({ a: {} }), additionalProperties: false },
      ['b: no such field is asked for'],
    ],
    [
      'what is of none of the types',
      '{ a: input.at }',
      asks({ a: { anyOf: [{ type: 'number' }, { type: 'null' }] } }),
      ['a: it is a string, a number is asked for'],
    ],
    ['a list for an object', 'outputs."the-forecast".levels', asks({}), [': it is a list, an object is asked for']],
  ])('%s', (_, expression, schema, said) => {
    expect(refused(expression, schema as Schema)).toEqual(said)
  })

  it.each([
    ['an unknown', '{ a: outputs.other.x }', asks({ a: { type: 'number' } })],
    ['a field that may be there', '{ a: outputs."the-forecast".note }', asks({ a: { type: 'string' } })],
    ['a number that may be whole', '{ a: outputs."the-forecast".windKt }', asks({ a: { type: 'integer' } })],
    [
      'an item that may be there',
      '{ a: outputs."the-forecast".levels[0] }',
      asks({ a: asks({ hour: { type: 'number' } }) }),
    ],
    ['a field that nobody asked for', '{ a: input.at, b: `1` }', asks({ a: {} })],
    ['an optional one left out', '{ a: input.at }', asks({ a: {}, b: { type: 'string' } }, ['a'])],
    ['a null that is allowed', '{ a: `null` }', asks({ a: { type: ['string', 'null'] } })],
    ['what a function gives', '{ a: sum(outputs.other) }', asks({ a: { type: 'number' } })],
    ['words that are not looked at', '{ a: input.at }', asks({ a: { allOf: [{ type: 'number' }] } })],
  ])('but nothing is said of %s', (_, expression, schema) => {
    expect(refused(expression, schema)).toEqual([])
  })
})

/** Expressions and data of a small world; every value is one that the schema of the world allows. */
const world: Schema = {
  type: 'object',
  properties: {
    a: {
      type: 'object',
      properties: { b: { type: 'integer' }, c: { type: 'string' } },
      required: ['b'],
      additionalProperties: false,
    },
    l: {
      type: 'array',
      items: {
        type: 'object',
        properties: { b: { type: 'number' }, l: { type: 'array', items: { type: 'string' } } },
        required: ['l'],
        additionalProperties: false,
      },
    },
    n: { anyOf: [{ type: 'null' }, { type: 'array', items: { type: 'integer' } }] },
  },
  required: ['a', 'l', 'n'],
  additionalProperties: false,
}
const data = fc.record({
  a: fc.record({ b: fc.integer(), c: fc.string() }, { requiredKeys: ['b'] }),
  l: fc.array(fc.record({ b: fc.integer(), l: fc.array(fc.string(), { maxLength: 2 }) }, { requiredKeys: ['l'] }), {
    maxLength: 3,
  }),
  n: fc.option(fc.array(fc.integer(), { maxLength: 3 })),
})
const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>(tie => ({
  e: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'l',
      'n',
      'a.b',
      'a.c',
      'l[].b',
      'l[].l',
      'l[].l[]',
      'l[0]',
      'n[0]',
      '@',
      '`1`',
      "'x'",
      '`null`',
      'l[0:1]',
      'a.*',
    ),
    fc.tuple(tie('e'), tie('e')).map(([x, y]) => `(${x}) | (${y})`),
    fc.tuple(tie('e'), tie('e')).map(([x, y]) => `{ b: ${x}, l: ${y} }`),
    fc.tuple(tie('e'), tie('e')).map(([x, y]) => `[${x}, ${y}]`),
    fc.tuple(tie('e'), tie('e')).map(([x, y]) => `(${x}) || (${y})`),
    fc.tuple(tie('e'), tie('e')).map(([x, y]) => `(${x}) && (${y})`),
    fc.tuple(tie('e'), tie('e'), tie('e')).map(([x, y, z]) => `(${x}) ? (${y}) : (${z})`),
    tie('e').map(x => `(${x})[]`),
    tie('e').map(x => `(${x})[*].b`),
    tie('e').map(x => `(${x})[?b]`),
    tie('e').map(x => `!(${x})`),
    tie('e').map(x => `to_string(${x})`),
  ),
})).e
const asked: fc.Arbitrary<Schema> = fc.constantFrom<Schema[]>(
  { type: 'string' },
  { type: 'number' },
  { type: 'array', items: { type: 'string' }, minItems: 1 },
  { type: 'object', properties: { b: { type: 'integer' } }, required: ['b'] },
  { type: 'object', properties: { l: { type: 'array' } }, required: ['b'], additionalProperties: false },
  { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
)

describe('no false alarm', () => {
  it('what is called a misfit is refused by the schema, whatever the data', () => {
    let alarms = 0
    fc.assert(
      fc.property(expression, data, asked, (text, value, schema) => {
        const found = misfits(inferShape(text, shapeOf(world)), schema)
        if (found.length === 0) return
        const given = evaluate(text, value as { [name: string]: Json })
        // An empty list holds nothing to refuse.
        if (!given || found.every(({ path }) => path.includes('[]'))) return
        alarms++
        expect(schemaFaults(schema, given.value, 'it'), text).not.toEqual([])
      }),
      { numRuns: 10_000 },
    )
    expect(alarms).toBeGreaterThan(200)
  })

  it('a value has its own shape, and fits a schema that allows it', () => {
    fc.assert(
      fc.property(data, value => {
        expect(misfits(shapeOfValue(value as Json), world)).toEqual([])
      }),
    )
  })
})

describe('schemas that refer to themselves, or to one another again and again', () => {
  const self: Schema = { anyOf: Array.from({ length: 100 }, () => ({ $ref: '#' })) }
  const next = (index: number) => ({ $ref: `#/$defs/p${index + 1}` })
  const parts = Array.from({ length: 40 }, (_, index) => [`p${index}`, { anyOf: [next(index), next(index)] }])
  const doubling: Schema = { $ref: '#/$defs/p0', $defs: { ...Object.fromEntries(parts), p40: { type: 'number' } } }
  const check = (file: string) => new URL(`../../../../coordinator/flow/check/${file}.ts`, import.meta.url)

  it.each([
    ['alternatives', self],
    ['one part', { $ref: '#' }],
    ['doubles', doubling],
    ['data', { $ref: '#/default', default: { anyOf: null } }],
  ])('say nothing, and soon: %s', async (_, schema) => {
    expect(await inTime(check('shape'), 'shapeOf', schema)).toEqual({ kind: 'unknown' })
    expect(await inTime(check('fits'), 'misfits', { kind: 'string' }, schema)).toEqual([])
  })
})
