/** Vectors that are multiplied in one pass. */
const AT_ONCE = 8
/** Where the second of two numbers in a word begins: a whole product, and its sign, fit below. */
const SECOND = 2 ** 24

/** A direction in small whole numbers, and its length. */
interface Direction {
  readonly parts: Int8Array
  readonly length: number
}

/**
 * The directions of many texts, rounded to whole numbers: those give the same product on every machine, and what
 * rounding changes is below what a model can tell apart.
 */
export interface Vectors {
  /** Cosine with each, in the order in which they were given; 0 with those that have none, and for opposites. */
  cosines(query: Float32Array): Float64Array
}

/** @param vectors all of as many dimensions; null for a text that has none */
export function createVectors(vectors: readonly (Float32Array | null)[]): Vectors {
  const dimensions = vectors.find(vector => vector !== null)?.length ?? 0
  const largestPart = Math.min(127, Math.floor(Math.sqrt((SECOND / 2 - 1) / Math.max(1, dimensions))))
  const directions = vectors.map(vector => vector && directionOf(vector, largestPart))
  const pairs = packed(directions, dimensions)
  return {
    cosines(query) {
      if (dimensions === 0) return new Float64Array(vectors.length)
      const { parts, length } = directionOf(query, largestPart)
      const cosines = products(pairs, Float64Array.from(parts)).subarray(0, vectors.length)
      for (let i = 0; i < cosines.length; i++) {
        const lengths = (directions[i]?.length ?? 0) * length
        cosines[i] = lengths === 0 ? 0 : Math.max(0, cosines[i]! / lengths)
      }
      return cosines
    },
  }
}

/** Two vectors in each row of words, one in the low 24 bits and one above them: one multiplication serves both. */
function packed(directions: readonly (Direction | null)[], dimensions: number): Int32Array {
  const rows = (Math.ceil(directions.length / AT_ONCE) * AT_ONCE) / 2
  const words = new Int32Array(rows * dimensions)
  for (const [index, direction] of directions.entries()) {
    if (!direction) continue
    const unit = index % 2 === 0 ? 1 : SECOND
    const start = Math.floor(index / 2) * dimensions
    for (const [at, part] of direction.parts.entries()) words[start + at]! += part * unit
  }
  return words
}

/** The inner product of a query with each vector. All is whole and below 2^53, so every sum is exact. */
function products(pairs: Int32Array, query: Float64Array): Float64Array {
  const dimensions = query.length
  const rows = pairs.length / dimensions
  const found = new Float64Array(rows * 2)
  for (let row = 0; row < rows; row += AT_ONCE / 2) {
    const first = row * dimensions
    const second = first + dimensions
    const third = second + dimensions
    const fourth = third + dimensions
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let at = 0; at < dimensions; at++) {
      const part = query[at]!
      a += pairs[first + at]! * part
      b += pairs[second + at]! * part
      c += pairs[third + at]! * part
      d += pairs[fourth + at]! * part
    }
    for (const [offset, sum] of [a, b, c, d].entries()) {
      const high = Math.round(sum / SECOND)
      found[(row + offset) * 2] = sum - high * SECOND
      found[(row + offset) * 2 + 1] = high
    }
  }
  return found
}

function directionOf(vector: Float32Array, largestPart: number): Direction {
  let largest = 0
  for (const part of vector) largest = Math.max(largest, Math.abs(part))
  const parts = Int8Array.from(vector, part => (largest === 0 ? 0 : Math.round((part * largestPart) / largest)))
  return { parts, length: Math.sqrt(parts.reduce((sum, part) => sum + part * part, 0)) }
}
