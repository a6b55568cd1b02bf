import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createVectors } from '../../../registry/retrieve/vectors.ts'

const part = fc.float({ min: -1, max: 1, noNaN: true }).map(Math.fround)
const vector = fc.array(part, { minLength: 16, maxLength: 16 }).map(parts => Float32Array.from(parts))

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, index) => sum + value * y[index]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

it('cosines are those of the vectors, as near as a byte a dimension can be', () => {
  // Of vectors that are nearly nothing a cosine says nothing.
  const usable = vector.filter(parts => parts.some(value => Math.abs(value) > 1e-3))
  fc.assert(
    fc.property(fc.array(usable, { minLength: 1, maxLength: 9 }), usable, (vectors, query) => {
      const found = createVectors(vectors).cosines(query)
      expect(found).toHaveLength(vectors.length)
      for (const [index, each] of vectors.entries())
        expect(Math.abs(found[index]! - Math.max(0, cosine(each, query)))).toBeLessThan(0.02)
    }),
  )
})

it('what has no vector, or an empty one, is like nothing', () => {
  const some = Float32Array.of(0, 2, 0, 0)
  expect([...createVectors([null, some, new Float32Array(4)]).cosines(some)]).toEqual([0, 1, 0])
  expect([...createVectors([some]).cosines(new Float32Array(4))]).toEqual([0])
  expect([...createVectors([null]).cosines(some)]).toEqual([0])
  expect([...createVectors([]).cosines(some)]).toEqual([])
})

it.each([4, 512, 3_072])('neighbours do not spill into one another at the extremes of %d dimensions', dimensions => {
  const filled = (part: number) => new Float32Array(dimensions).fill(part)
  const found = createVectors([filled(1), filled(-1), filled(-1), filled(1), null, filled(1)]).cosines(filled(1))
  expect([...found].map(each => Number(each.toFixed(9)))).toEqual([1, 0, 0, 1, 0, 1])
})
