import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asRead, canonicalJson, canonicalRecord, contentHash } from '../../protocol/canonical.ts'

/** RFC 8785, appendix B: the bits of an IEEE 754 double, and its canonical text. */
const numbers: [bits: string, text: string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
]

/** RFC 8785, section 3.2.2: the input as it is written there, and the octets of 3.2.4. */
const sample = String.raw`{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}`
const sampleOctets =
  '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e33333333333333' +
  '2c31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d'

/** RFC 8785, section 3.2.3: members sort by UTF-16 code units, so an emoji comes before U+FB33. */
const members = {
  '\u20ac': 'Euro Sign',
  '\r': 'Carriage Return',
  '\ufb33': 'Hebrew Letter Dalet With Dagesh',
  '1': 'One',
  '\ud83d\ude00': 'Emoji: Grinning Face',
  '\u0080': 'Control',
  '\u00f6': 'Latin Small Letter O With Diaeresis',
}
const sortedMembers = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']

describe('canonical JSON, by the vectors of RFC 8785', () => {
  it.each(numbers)('writes the double %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text)
  })

  it.each([
    ['NaN', '7fffffffffffffff'],
    ['Infinity', '7ff0000000000000'],
  ])('refuses %s', (_name, bits) => {
    expect(() => canonicalJson([Buffer.from(bits, 'hex').readDoubleBE()])).toThrow()
  })

  it('gives the octets of the sample object', () => {
    expect(Buffer.from(canonicalJson(JSON.parse(sample))).toString('hex')).toBe(sampleOctets)
  })

  it('sorts members by UTF-16 code units', () => {
    const text = canonicalJson(members)
    expect([...text.matchAll(/"([^"]+)":/g)].map(match => JSON.parse(`"${match[1]}"`))).toEqual(sortedMembers)
  })
})

/** What members may be called, and texts say, that is seldom. */
const strange = fc.constantFrom('7', '10', '', '__proto__', 'toJSON', '\\ud800', '\u{1f600}')
const { value: strangeValue } = fc.letrec(tie => ({
  value: fc.oneof(fc.jsonValue(), strange, fc.array(tie('value')), fc.array(fc.tuple(strange, tie('value')))),
}))

describe('canonical JSON', () => {
  it('has one text for one value, however its members were written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(canonicalJson(backwards(value))).toBe(canonicalJson(value))
      }),
    )
  })

  it('has the text that the library has, whatever members are called and texts say', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(strange, fc.string()), strangeValue)), members => {
        const record = Object.fromEntries(members)
        expect(canonicalJson(record)).toBe(canonicalize(record))
        expect(canonicalJson([record, members])).toBe(canonicalize([record, members]))
      }),
    )
  })

  it('is read again as a value can be had at once: its members in the same order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(strange, fc.string()), strangeValue)), members => {
        const record = { ...Object.fromEntries(members), nothing: undefined, zero: -0 }
        const text = canonicalJson(record)
        const read = asRead(record)
        expect(Object.is(read.zero, 0)).toBe(true)
        expect('nothing' in read).toBe(false)
        expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(text)))
        expect(canonicalJson(read)).toBe(text)
        expect(asRead(read)).toEqual(read)
      }),
    )
    expect(() => asRead({ amount: 1n })).toThrow(TypeError)
  })

  it('takes members that are in writing already', () => {
    const name = fc.oneof(fc.constantFrom('constructor', '10', '\n', '\u20ac'), fc.string())
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.jsonValue(), { noNullPrototype: true }),
        fc.func(fc.boolean()),
        (record, isWritten) => {
          const [written, others] = [true, false].map(wanted =>
            Object.entries(record).filter(([name]) => isWritten(name) === wanted),
          )
          const texts = Object.fromEntries(written!.map(([name, value]) => [name, canonicalJson(value)]))
          expect(canonicalRecord(Object.fromEntries(others!), texts)).toBe(canonicalJson(record))
        },
      ),
    )
  })

  it('needs no stack, however deep', () => {
    const deep = Array.from({ length: 100_000 }).reduce(value => [value], null)
    expect(canonicalJson(deep)).toBe(`${'['.repeat(100_000)}null${']'.repeat(100_000)}`)
  })

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it.each([
    ['undefined', undefined],
    ['a bigint', { amount: 1n }],
    ['a lone surrogate', ['\ud800']],
    ['a lone surrogate in a name', { '\udead': 1 }],
    ['what holds itself', ring()],
  ])('refuses %s', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow()
  })

  it('hashes the canonical text with SHA-256', () => {
    // printf '{"a":1,"b":2}' | sha256sum
    const hash = '0x43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777'
    expect(contentHash({ b: 2, a: 1 })).toBe(hash)
  })
})

function ring(): unknown {
  const ring: unknown[] = []
  ring.push({ ring })
  return ring
}

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, backwards(member)]),
  )
}
