import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../protocol/pattern.ts'

const plenty = () => ({ left: 1_000_000 })
const holds = (source: string, text: string) => compilePattern(source).test(text, plenty())

describe('a pattern', () => {
  it.each([
    ['^(a+)+$', `${'a'.repeat(40)}b`],
    ['(x+x+)+y', 'x'.repeat(40)],
    ['^(?:a|a)*$', `${'a'.repeat(40)}b`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(40)],
    ['^(?:(?:a*)*)*$', `${'a'.repeat(40)}b`],
    ['(?:a?){40}a{40}b', 'a'.repeat(40)],
  ])('%s is answered in steps that grow with the text, not with its powers', (source, text) => {
    const pattern = compilePattern(source)
    const steps = { left: 1_000_000 }
    expect(pattern.test(text, steps)).toBe(false)
    expect(1_000_000 - steps.left).toBeLessThan(2 * (text.length + 1) * pattern.size)
  })

  it('is given up when the steps are used up, for everybody alike', () => {
    expect(() => compilePattern('[ab]*a[ab]{900}c').test('ab'.repeat(5_000), plenty())).toThrow(RangeError)
  })

  it.each([
    ['(?=a)', '(?=a looks around'],
    ['x(?!a)', '(?!a looks around'],
    ['(?<=a)b', '(?<= looks around'],
    ['(?<!a)b', '(?<! looks around'],
    [String.raw`(a)\1`, String.raw`\1 refers back to what was matched before`],
    [String.raw`(?<it>a)\k<it>`, String.raw`\k<it> refers back to what was matched before`],
    ['(', 'Invalid regular expression: /(/u: Unterminated group'],
    ['a{', 'Invalid regular expression: /a{/u: Incomplete quantifier'],
    ['(?:a{1000}){1000}', 'its repetitions come to more than 20000 parts'],
    ['a{999999999999}', 'its repetitions come to more than 20000 parts'],
    ['a'.repeat(5_000), 'it is longer than 4096 characters'],
    [`${'('.repeat(200)}${')'.repeat(200)}`, 'it is nested more than 100 levels deep'],
  ])('%s is refused, and why is said', (source, why) => {
    expect(() => compilePattern(source)).toThrow(expect.objectContaining({ code: 'PATTERN_REFUSED', message: why }))
  })

  it.each([
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^.$', '😀', true],
    ['^.$', '\u2028', false],
    ['c$', 'abc\n', false],
    [String.raw`^\s$`, '\u00a0', true],
    [String.raw`^\uD83D\uDE00\u{1F600}😀$`, '😀😀😀', true],
    [String.raw`^[^\p{Script=Greek}\]-]+$`, 'abc', true],
    [String.raw`^\p{Lu}\P{Lu}$`, 'Äß', true],
    [String.raw`^[\b\cA\0\x41\/]+$`, '\b\u0001\0A/', true],
    ['^[^]$', '\n', true],
    ['[]', 'a', false],
    ['', '', true],
    ['(?:){0,999999999}a', 'a', true],
    [String.raw`\bfire\B`, 'a fireman', true],
    ['^(?<year>\\d{4})-(?:0[1-9]|1[0-2])$', '2005-08', true],
  ])('%s on %j is %s', (source, text, is) => {
    expect(holds(source, text)).toBe(is)
    expect(new RegExp(source, 'u').test(text)).toBe(is)
  })

  it('says what the engine says, of whatever is within what both read', () => {
    fc.assert(
      fc.property(
        aPattern(),
        fc.array(fc.string({ unit: letters, maxLength: 9 }), { maxLength: 5 }),
        (source, texts) => {
          const pattern = compilePattern(source)
          // From its start on, because this engine would begin a search in the middle of a pair of surrogates, unlike the standard.
          const engine = new RegExp(`^[^]*?(?:${source})`, 'u')
          for (const text of texts) expect([text, pattern.test(text, plenty())]).toEqual([text, engine.test(text)])
        },
      ),
      { numRuns: 3_000 },
    )
  })
})

const letters = fc.constantFrom('a', 'b', 'B', '0', ' ', '-', '\n', 'é', '😀')

function aPattern(): fc.Arbitrary<string> {
  const { pattern } = fc.letrec<{ pattern: string; part: string }>(tie => ({
    part: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(
        'a',
        'b',
        '.',
        '[ab]',
        '[^a]',
        '\\d',
        '\\w',
        '\\W',
        '\\s',
        '\\p{L}',
        '\\u{1F600}',
        '-',
        '[^]',
        '[]',
      ),
      fc.constantFrom('^', '$', '\\b', '\\B'),
      tie('pattern').map(inner => `(${inner})`),
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '*?', '{2}', '{0}', '{1,}', '{0,2}', '{1,3}?'))
        .map(([inner, times]) => `(?:${inner})${times}`),
      fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
    ),
    pattern: fc.array(tie('part'), { maxLength: 4 }).map(parts => parts.join('')),
  }))
  return pattern
}
