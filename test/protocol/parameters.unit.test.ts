import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Json } from '../../protocol/canonical.ts'
import { givenFaults, refusedPatterns, type Schema, schemaFault, schemaFaults } from '../../protocol/parameters.ts'
import { inTime } from '../harness/in-time.ts'

const evil = '^(a+)+$'
const hostile = `${'a'.repeat(40)}b`

/** Twenty-five parts, each of which tries the next one twice. */
const doubling: Schema = {
  $ref: '#/$defs/p0',
  $defs: Object.fromEntries(
    Array.from({ length: 26 }, (_, index) => {
      const next = { $ref: `#/$defs/p${index + 1}` }
      return [`p${index}`, index === 25 ? { type: 'number' } : { anyOf: [next, next] }]
    }),
  ),
}
const wide = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`k${index}`, index]))
const thousand = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`^q${index}$`, {}]))
const endless = ['it: its schema takes more steps on this than anybody can wait for']

describe('a schema', () => {
  it.each<[string, Schema, Json, string[]]>([
    ['pattern', { type: 'string', pattern: evil }, hostile, [`it: Invalid string: must match pattern /${evil}/`]],
    [
      'names of fields',
      { type: 'object', patternProperties: { [evil]: { type: 'number' } }, additionalProperties: false },
      { [hostile]: 1 },
      [`it: Unrecognized key: "${hostile}"`],
    ],
    ['parts that come to millions', doubling, 'x', endless],
    ['joins of a value with itself', { type: 'object', allOf: Array(3_000).fill({ type: 'object' }) }, wide, endless],
    ['names by a thousand patterns', { type: 'object', patternProperties: thousand }, wide, endless],
    ['a part that refers to itself', { $ref: '#' }, 1, endless],
    [
      'alternatives that refer to one another',
      { anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: { anyOf: [{ $ref: '#' }] } } },
      1,
      endless,
    ],
  ])('cannot keep whoever asks it busy: %s', async (_, schema, value, faults) => {
    const asked = new URL('../../protocol/parameters.ts', import.meta.url)
    expect(await inTime(asked, 'schemaFaults', schema, value, 'it')).toEqual(faults)
  })

  it.each<[string, (part: Schema) => Schema, Json]>([
    ['itself', part => part, ['pattern']],
    ['properties', part => ({ type: 'object', properties: { it: part } }), ['properties', 'it', 'pattern']],
    [
      'patternProperties',
      part => ({ type: 'object', patternProperties: { a: part } }),
      ['patternProperties', 'a', 'pattern'],
    ],
    [
      'additionalProperties',
      part => ({ type: 'object', additionalProperties: part }),
      ['additionalProperties', 'pattern'],
    ],
    ['propertyNames', part => ({ type: 'object', propertyNames: part }), ['propertyNames', 'pattern']],
    [
      'propertyNames of no type',
      ({ pattern }) => ({ type: 'object', propertyNames: { pattern: pattern! } }),
      ['propertyNames', 'pattern'],
    ],
    ['items', part => ({ type: 'array', items: part }), ['items', 'pattern']],
    ['items in a row', part => ({ type: 'array', items: [true, part] }), ['items', 1, 'pattern']],
    ['prefixItems', part => ({ type: 'array', prefixItems: [part] }), ['prefixItems', 0, 'pattern']],
    [
      'the rest of items',
      part => ({ type: 'array', items: [], additionalItems: part }),
      ['additionalItems', 'pattern'],
    ],
    ['contains', part => ({ type: 'array', contains: part }), ['contains', 'pattern']],
    ['anyOf', part => ({ anyOf: [part] }), ['anyOf', 0, 'pattern']],
    ['oneOf', part => ({ oneOf: [{}, part] }), ['oneOf', 1, 'pattern']],
    ['allOf', part => ({ type: 'string', allOf: [part] }), ['allOf', 0, 'pattern']],
    ['$defs', part => ({ $ref: '#/$defs/it', $defs: { it: part } }), ['$defs', 'it', 'pattern']],
    [
      'definitions',
      part => ({
        $ref: '#/definitions/it',
        definitions: { it: part },
        $schema: 'http://json-schema.org/draft-07/schema#',
      }),
      ['definitions', 'it', 'pattern'],
    ],
    ['a list of properties', part => ({ type: 'object', properties: [part] }), ['properties', '0', 'pattern']],
    ['several types', ({ pattern }) => ({ type: ['null', 'string'], pattern: pattern! }), ['pattern']],
  ])('is asked for its patterns wherever they stand: %s', async (_, within, path) => {
    expect(refusedPatterns(within({ type: 'string', pattern: '(?=a)' }))).toEqual([{ path, why: '(?=a looks around' }])
    expect(schemaFault(within({ type: 'string', pattern: '(a+)+$' }))).toBeNull()
  })

  it('says which name is looked around at, and is asked no more', () => {
    const schema = { type: 'object', patternProperties: { '(?!a)': {}, b: { type: 'string', pattern: '(' } } }
    expect(refusedPatterns(schema).map(({ path }) => path)).toEqual([
      ['patternProperties', 'b', 'pattern'],
      ['patternProperties', '(?!a)'],
    ])
    expect(schemaFault(schema)).toBe(
      'patternProperties.b.pattern: Invalid regular expression: /(/u: Unterminated group',
    )
    expect(schemaFaults(schema, {}, 'it')).toEqual([expect.stringMatching(/^it: its schema cannot be asked: pattern/)])
    expect(givenFaults(schema, {}, 'it')).toHaveLength(1)
  })

  it('is not asked when its patterns come to too much together', () => {
    const parts = Array.from({ length: 20 }, () => ({ type: 'string', pattern: '^a{9000}$' }))
    expect(refusedPatterns({ anyOf: parts })[0]).toEqual({
      path: ['anyOf', 11, 'pattern'],
      why: 'the patterns up to here come to more than 100000 parts',
    })
  })

  it.each([z.iso.duration(), z.hostname(), z.iban(), z.emoji(), z.email(), z.iso.datetime()])(
    'asks what zod writes of its own formats: %#',
    type => {
      const schema = z.toJSONSchema(type) as Schema
      expect(schema.pattern).toBeTypeOf('string')
      expect(schemaFault(schema)).toBeNull()
      expect(schemaFaults(schema, '?', 'it').length).toBeGreaterThan(0)
    },
  )

  it('keeps what only looks like a pattern', () => {
    const schema = {
      type: 'object',
      properties: {
        pattern: { type: 'string', default: '(?=a)' },
        like: { const: { type: 'string', pattern: '(?=a)' } },
      },
    }
    expect(refusedPatterns(schema)).toEqual([])
    expect(schemaFaults(schema, { pattern: '(?=b)' }, 'it')).toEqual([])
  })

  it('puts a pattern on the part where it stands, and not on what that part shares with others', () => {
    const schema = {
      type: 'object',
      properties: {
        one: { allOf: [{ $ref: '#/$defs/text' }], pattern: '^a' },
        two: { $ref: '#/$defs/text' },
        three: { type: 'string', description: 'of a', pattern: '^a', allOf: [{ $ref: '#/$defs/text' }], default: 'a' },
      },
      $defs: { text: { type: 'string', pattern: 't$', description: 'ends so' } },
    }
    expect(schemaFaults(schema, { two: 'bt', three: 'at' }, 'it')).toEqual([])
    expect(schemaFaults(schema, { two: 'b' }, 'it')).toEqual(['it.two: Invalid string: must match pattern /t$/'])
    expect(schemaFaults(schema, { three: 'bt' }, 'it')).toEqual(['it.three: Invalid string: must match pattern /^a/'])
    expect(schemaFaults(schema, { three: 'ab' }, 'it')).toEqual(['it.three: Invalid string: must match pattern /t$/'])
  })

  it('takes as much as a message carries', () => {
    const hash = `0x${'0123456789abcdef'.repeat(4)}`
    const many = Array.from({ length: 10_000 }, () => ({ hash, at: '2005-08-28', names: { en: 'Katrina' } }))
    const item = {
      type: 'object',
      properties: {
        hash: { type: 'string', pattern: '^0x[0-9a-f]{64}$' },
        at: { type: 'string', format: 'date' },
        names: { type: 'object', patternProperties: { '^[a-z]{2}$': { type: 'string' } }, additionalProperties: false },
      },
    }
    expect(schemaFaults({ type: 'array', items: item }, many, 'it')).toEqual([])
  })

  it('follows one that refers to itself as deep as JSON goes', () => {
    const list = {
      $ref: '#/$defs/list',
      $defs: { list: { type: 'array', items: { anyOf: [{ $ref: '#/$defs/list' }, { type: 'null' }] } } },
    }
    const deep = Array.from({ length: 480 }).reduce<Json>(inner => [inner], null)
    expect(schemaFaults(list, deep, 'it')).toEqual([])
  })

  it('asks of fields by their names what the standard does', () => {
    const ajv = new Ajv2020({ strict: false })
    const names = fc.stringMatching(/^[abc]{1,2}$/)
    const part = fc.constantFrom<Json>(
      true,
      false,
      { type: 'number' },
      { type: 'string', pattern: 'a$' },
      { $ref: '#/$defs/n' },
    )
    const schemas = fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(names, part, { maxKeys: 2 }),
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'b', 'c$', '^[ab]+$'), part, { minKeys: 1, maxKeys: 3 }),
      additionalProperties: fc.boolean(),
      $defs: fc.constant({ n: { type: 'null' } }),
    })
    const values = fc.dictionary(names, fc.constantFrom<Json>(1, 'a', 'b', null), { maxKeys: 4 })
    fc.assert(
      fc.property(schemas, values, (schema, value) => {
        expect(schemaFaults(schema as Schema, value, 'it').length === 0).toBe(ajv.validate(schema, value))
      }),
      { numRuns: 500 },
    )
  })
})
