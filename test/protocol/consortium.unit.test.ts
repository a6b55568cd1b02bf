import { expect, it } from 'vitest'
import { parameters, parseParameters, registryEntries, termsOf, usualParameters } from '../../protocol/consortium.ts'
import { slugFromBytes32 } from '../../protocol/ids.ts'
import { Terms } from '../../protocol/task.ts'

it('reads parameters by the keys of ConfigRegistry; the others are as usual', () => {
  const read = parseParameters(' wrong-penalty-bps=5000, gold-bps=100,')
  expect(read).toEqual({ ...usualParameters, 'wrong-penalty-bps': 5_000, 'gold-bps': 100 })
  expect(parseParameters('')).toEqual(usualParameters)
  expect(Terms.parse(termsOf(read))).toEqual(termsOf(read))
})

it.each([
  ['gold=1', 'there is no parameter "gold"; there are fee-bps'],
  ['toString=1', 'there is no parameter "toString"'],
  ['gold-bps', 'gold-bps takes a whole number from 0 to 10000, not ""'],
  ['gold-bps=-1', 'not "-1"'],
  ['fee-bps=1001', 'fee-bps takes a whole number from 0 to 1000, not "1001"'],
])('refuses %s', (text, why) => {
  expect(() => parseParameters(text)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(why) }),
  )
})

it('each is one entry of the registry: a key of at most 32 bytes that ends in its unit, and a word', () => {
  const entries = registryEntries(usualParameters)
  expect(entries.map(({ key }) => slugFromBytes32(key))).toEqual(Object.keys(parameters))
  for (const { key, value } of entries) {
    expect(key).toHaveLength(66)
    expect(slugFromBytes32(key)).toMatch(/-(bps|count|seconds)$/)
    expect(value).toBe(BigInt(usualParameters[slugFromBytes32(key) as keyof typeof parameters]))
  }
})
