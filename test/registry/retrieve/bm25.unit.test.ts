import { describe, expect, it } from 'vitest'
import { createBm25 } from '../../../registry/retrieve/bm25.ts'

const oneField = (texts: readonly string[]) => createBm25(texts.map(text => [{ text, weight: 1 }]))

describe('BM25', () => {
  it('is the formula, worked out by hand', () => {
    // Three documents of 2, 1 and 3 terms, so of 2 on average; "cat" is in two of them, k1 = 1.2, b = 0.75.
    const scores = oneField(['cat dog', 'dog', 'cat cat bird']).score('cat')
    const rarity = Math.log(1 + 1.5 / 2.5)
    const second = 2 / (0.25 + 0.75 * 1.5)
    expect(scores[0]).toBeCloseTo((rarity * 2.2) / 2.2, 12)
    expect(scores[1]).toBe(0)
    expect(scores[2]).toBeCloseTo((rarity * second * 2.2) / (second + 1.2), 12)
  })

  it('adds up what the fields have before it is dampened, each by its weight', () => {
    const fields = (name: string, text: string) => [
      { text: name, weight: 2 },
      { text, weight: 1 },
    ]
    const [inName, inText, inBoth] = createBm25([
      fields('cat', 'dog'),
      fields('dog', 'cat'),
      fields('cat', 'cat'),
    ]).score('cat')
    expect(inName).toBeGreaterThan(inText!)
    expect(inBoth).toBeGreaterThan(inName!)
    expect(inBoth).toBeLessThan(inName! + inText!)
  })

  it('finds other forms of a word, counts a word of the query once, and nothing that is not there', () => {
    const { score } = oneField(['converts files', 'plays music'])
    expect(score('converting a file')[0]).toBeGreaterThan(0)
    expect([...score('music music')]).toEqual([...score('music')])
    expect([...score('weather')]).toEqual([0, 0])
    expect([...score('')]).toEqual([0, 0])
  })

  it('takes no documents, and empty ones', () => {
    expect([...oneField([]).score('x')]).toEqual([])
    expect([...oneField(['', 'cat']).score('cat')].map(score => score > 0)).toEqual([false, true])
    expect([...oneField(['', '']).score('cat')]).toEqual([0, 0])
  })
})
