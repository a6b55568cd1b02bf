import { termsOf } from './words.ts'

/** Usual values of Robertson and Zaragoza: how soon repetition stops to count, and how much length takes away. */
const K1 = 1.2
const B = 0.75

/** A text of a document, and how much an occurrence in it counts beside one in the others. */
export interface Field {
  readonly text: string
  readonly weight: number
}

/** For one term, the documents that have it, and what it adds to the score of each. */
interface Postings {
  readonly documents: Uint32Array
  readonly impacts: Float64Array
}

/**
 * BM25 over documents of several fields: occurrences are counted over all fields, each by its weight and the length of
 * its field, and only then dampened (BM25F: Robertson, Zaragoza, "The Probabilistic Relevance Framework", 2009, 3.6).
 * What a term adds to a document is known before any query, so a query only adds up.
 */
export interface Bm25 {
  /** A score for each document, in the order in which they were given; 0 where it has no term of the query. */
  score(query: string): Float64Array
}

/** @param documents each with the same fields in the same order */
export function createBm25(documents: readonly (readonly Field[])[]): Bm25 {
  const frequencies = weightedFrequencies(documents)
  const postings = invert(frequencies)
  return {
    score(query) {
      const scores = new Float64Array(documents.length)
      for (const term of new Set(termsOf(query))) {
        const found = postings.get(term)
        if (!found) continue
        for (let i = 0; i < found.documents.length; i++) scores[found.documents[i]!]! += found.impacts[i]!
      }
      return scores
    },
  }
}

function weightedFrequencies(documents: readonly (readonly Field[])[]): Map<string, number>[] {
  const counted = documents.map(() => new Map<string, number>())
  for (const field of documents[0]?.keys() ?? []) {
    const terms = documents.map(fields => termsOf(fields[field]!.text))
    const meanLength = terms.reduce((sum, { length }) => sum + length, 0) / documents.length
    for (const [document, found] of terms.entries()) {
      const share = documents[document]![field]!.weight / (1 - B + (B * found.length) / meanLength)
      const counts = counted[document]!
      for (const term of found) counts.set(term, (counts.get(term) ?? 0) + share)
    }
  }
  return counted
}

function invert(frequencies: readonly Map<string, number>[]): Map<string, Postings> {
  const documentsOf = new Map<string, number[]>()
  for (const [document, counts] of frequencies.entries())
    for (const term of counts.keys()) {
      const list = documentsOf.get(term)
      if (list) list.push(document)
      else documentsOf.set(term, [document])
    }
  return new Map(
    [...documentsOf].map(([term, documents]) => {
      const rarity = Math.log(1 + (frequencies.length - documents.length + 0.5) / (documents.length + 0.5))
      const impacts = documents.map(document => {
        const frequency = frequencies[document]!.get(term)!
        return (rarity * frequency * (K1 + 1)) / (frequency + K1)
      })
      return [term, { documents: Uint32Array.from(documents), impacts: Float64Array.from(impacts) }]
    }),
  )
}
