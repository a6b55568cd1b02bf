import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { JsonValue } from '../../protocol/json.ts'

describe('a JSON value', () => {
  it('is taken as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const read = JSON.parse(JSON.stringify(value))
        expect(JsonValue.parse(read)).toBe(read)
      }),
    )
  })

  it.each([
    ['undefined', undefined],
    ['a member that is undefined', { a: [{ b: undefined }] }],
    ['a bigint', 1n],
    ['NaN', [Number.NaN]],
    ['a function', { run: () => {} }],
    ['a date', { at: new Date(0) }],
    ['a map', new Map()],
    ['half a character', ['\ud83d']],
    ['a name of half a character', { '\ud83d': 1 }],
    ['nested deeper than everybody can read', JSON.parse(`${'['.repeat(501)}${']'.repeat(501)}`)],
    ['nor in members', JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`)],
  ])('is not %s', (_name, value) => {
    expect(JsonValue.safeParse(value).success).toBe(false)
  })

  it('may be nested far deeper than anybody writes', () => {
    expect(JsonValue.safeParse(JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`)).success).toBe(true)
  })

  it('may be left out only where it is said to', () => {
    const both = z.object({ must: JsonValue, may: JsonValue.optional() })
    expect(both.safeParse({ must: null }).data).toEqual({ must: null })
    expect(both.safeParse({ may: 1 }).success).toBe(false)
  })
})
