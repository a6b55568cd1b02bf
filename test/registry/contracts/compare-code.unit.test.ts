import { describe, expect, test } from 'vitest'
import { compareCode } from '../../../registry/contracts/compare-code.ts'

const word = '11'.repeat(32)
const runtime = (filled: string) => `60806040347f${filled}5b00fe`
const creation = `0x6080604052600a${runtime('00'.repeat(32))}aabb`

describe('code on chain against creation code', () => {
  test('is the same but for immutables, which it names', () => {
    const { matches, immutables } = compareCode(`0x${runtime(word)}`, creation)
    expect({ matches, immutables }).toEqual({ matches: true, immutables: [{ at: 6, value: `0x${word}` }] })
  })

  test('names the place of any other byte, before an immutable and behind it', () => {
    const code = runtime(word)
    for (const at of [4, 5, 38, 40]) {
      const spoilt = `${code.slice(0, 2 * at)}99${code.slice(2 * at + 2)}`
      const { matches, differences } = compareCode(`0x${spoilt}`, creation)
      expect(matches).toBe(false)
      expect(differences[0]!.at).toBe(at)
    }
  })

  test('does not match where there is no code, nor where there is more', () => {
    expect(compareCode('0x', creation).matches).toBe(false)
    expect(compareCode(`0x${runtime(word)}aabbcc`, creation).matches).toBe(false)
  })
})
