import { describe, expect, it } from 'vitest'
import type { Json } from '../../protocol/canonical.ts'
import { JsonSchema } from '../../protocol/json-schema.ts'

const placeOf = (schema: { [word: string]: Json }) => JsonSchema.safeParse(schema).error?.issues[0]?.path

describe('a JSON Schema of a card or a template', () => {
  it.each<[string, { [word: string]: Json }]>([
    ['empty', {}],
    [
      'of many words',
      {
        type: ['object', 'null'],
        properties: { properties: { type: 'string' }, any: true, none: { not: {} } },
        patternProperties: { '^x': false },
        required: ['any'],
        anyOf: [{ $ref: '#/$defs/it' }, { items: [true, {}] }],
        $defs: { it: { enum: [1, { anyOf: 5 }], default: { properties: null } } },
      },
    ],
    ['of words that nobody reads', { constructor: 5, toString: null, __proto__: null, agree: { by: 'vote' } }],
  ])('may be %s', (_, schema) => {
    expect(placeOf(schema)).toBeUndefined()
  })

  it.each<[string, { [word: string]: Json }, (string | number)[]]>([
    ['properties that are none', { type: 'object', properties: null }, ['properties']],
    [
      'a property that is none',
      { properties: { a: { properties: { b: null } } } },
      ['properties', 'a', 'properties', 'b'],
    ],
    ['a list of properties', { properties: [{}] }, ['properties']],
    ['no alternatives', { items: { anyOf: 5 } }, ['items', 'anyOf']],
    ['an alternative that is none', { oneOf: [{}, null] }, ['oneOf', 1]],
    ['items that are none', { items: null }, ['items']],
    ['an item that is none', { prefixItems: ['x'] }, ['prefixItems', 0]],
    ['a rest that is none', { additionalProperties: null }, ['additionalProperties']],
    ['an unreadable type', { type: { of: 'string' } }, ['type']],
    ['no choices', { $defs: { a: { enum: 'x' } } }, ['$defs', 'a', 'enum']],
    ['no list of names', { required: [1] }, ['required']],
    ['a reference that is none', { $ref: {} }, ['$ref']],
  ])('is none with %s', (_, schema, place) => {
    expect(placeOf(schema)).toEqual(place)
  })

  it('is none when it is nested deeper than everybody can read', () => {
    const deep = Array.from({ length: 20_000 }).reduce<Json>(items => ({ items }), {})
    expect(JsonSchema.safeParse(deep).success).toBe(false)
  })
})
