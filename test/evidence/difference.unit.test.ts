import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differences } from '../../evidence/difference.ts'
import { canonicalJson } from '../../protocol/canonical.ts'

describe('the differences of two JSON values', () => {
  it('are none exactly when their canonical forms are one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(differences(one, one)).toEqual([])
        expect(differences(one, other).length === 0).toBe(canonicalJson(one) === canonicalJson(other))
      }),
    )
  })

  it.each([
    ['a value', { a: [1, { 'b/c': 2 }] }, { a: [1, { 'b/c': 3 }] }, ['/a/1/b~1c']],
    ['a member that one lacks', { a: 1 }, { a: 1, b: 2 }, ['/b']],
    ['an item that one lacks', [1, 2], [1], ['/1']],
    ['an object for an array', { a: {} }, { a: [] }, ['/a']],
    ['null for an object', { a: {} }, { a: null }, ['/a']],
    ['a member that every object inherits', {}, { toString: 1 }, ['/toString']],
    ['an empty member called __proto__', {}, JSON.parse('{"__proto__": {}}'), ['/__proto__']],
  ])('are found: %s', (_name, expected, found, places) => {
    expect(differences(expected, found).map(({ at }) => at)).toEqual(places)
  })
})
