import { createBm25 } from './bm25.ts'
import type { Embedder } from './embedder.ts'
import { type Choice, choiceFrom, type Explanation, type Judgement, meanOfShares, shareOf } from './explanation.ts'
import { highest, rankOf } from './highest.ts'
import { fieldsOf, meaningOf, type Sought } from './sought.ts'
import { createVectors } from './vectors.ts'

/** What is asked, with its meaning; null where no model reads it. */
export interface ReadQuery {
  readonly text: string
  readonly vector: Float32Array | null
}

export interface Ranked extends Choice {
  /** What each judge said; ranks from 1, equal scores sharing one. */
  readonly parts: { readonly bm25: Part; readonly embedding: Part | null }
}
interface Part {
  readonly score: number
  readonly rank: number
}

export interface Retriever {
  /**
   * What is asked, with its meaning: the only part that waits for a model.
   * @throws EntenteError EMBEDDING_FAILED
   */
  read(query: string): Promise<ReadQuery>
  /** Why the `k` skills that fit best are those. Pure: the same query gives the same answer. */
  explain(query: ReadQuery, k: number): Explanation
  /**
   * Best first, ties by id; fewer than `k` where nothing else has anything in common with the query.
   * @throws EntenteError EMBEDDING_FAILED
   */
  retrieve(query: string, k: number): Promise<Ranked[]>
}

/** How many are explained for each that is chosen. */
const EXPLAINED = 2

/** All skills' scores by each judge. */
interface Judged {
  readonly bm25: Float64Array
  readonly cosine: Float64Array | null
  readonly best: Judgement
}

/**
 * Finds skills for what is to be done, by words (BM25) and by meaning (an embedding), which judge alike; without an
 * embedder by words alone.
 * @throws EntenteError EMBEDDING_FAILED
 */
export async function createRetriever(skills: readonly Sought[], embedder: Embedder | null): Promise<Retriever> {
  // In the order of their ids: an earlier place decides a tie.
  const sorted = [...skills].sort((a, b) => (a.id < b.id ? -1 : 1))
  const bm25 = createBm25(sorted.map(fieldsOf))
  const meanings = sorted.map(skill => meaningOf(skill, embedder))
  // One vector for all skills that say the same of themselves, as those of one kind often do.
  const texts = [...new Set(meanings.map(({ text }) => text))]
  const placeOf = new Map(texts.map((text, place) => [text, place]))
  const meaningAt = Uint32Array.from(meanings, ({ text }) => placeOf.get(text)!)
  const vectors = createVectors(await embedEach(texts, embedder))

  function judge({ text, vector }: ReadQuery): Judged {
    const words = bm25.score(text)
    const cosine = vector && expanded(vectors.cosines(vector), meaningAt)
    return { bm25: words, cosine, best: { bm25: largest(words), cosine: cosine && largest(cosine) } }
  }
  function scoresOf({ bm25, cosine, best }: Judged): Float64Array {
    return bm25.map((words, i) => {
      const meaning = cosine && shareOf(cosine[i]!, best.cosine)
      return meanOfShares(shareOf(words, best.bm25), meaning, meanings[i]!.read)
    })
  }
  function explained({ text }: ReadQuery, judged: Judged, k: number): Explanation {
    const { bm25, cosine, best } = judged
    return {
      rule: 'mean-of-shares/1',
      embedder: embedder?.name ?? null,
      k,
      query: text,
      best,
      candidates: highest(scoresOf(judged), k * EXPLAINED).map(place => ({
        id: sorted[place]!.id,
        read: meanings[place]!.read,
        bm25: bm25[place]!,
        cosine: cosine && cosine[place]!,
      })),
    }
  }
  async function read(text: string): Promise<ReadQuery> {
    const [vector] = await embedEach([embedder?.reads(text) ? text : ''], embedder)
    return { text, vector: vector! }
  }
  return {
    read,
    explain: (query, k) => explained(query, judge(query), k),
    async retrieve(text, k) {
      const query = await read(text)
      const judged = judge(query)
      const explanation = explained(query, judged, k)
      const saidOf = new Map(explanation.candidates.map(candidate => [candidate.id, candidate]))
      return choiceFrom(explanation).map(choice => ({ ...choice, parts: partsOf(saidOf.get(choice.id)!, judged) }))
    },
  }
}

function partsOf({ bm25, cosine }: Judgement, all: Judged): Ranked['parts'] {
  return {
    bm25: { score: bm25, rank: rankOf(bm25, all.bm25) },
    embedding: cosine === null || !all.cosine ? null : { score: cosine, rank: rankOf(cosine, all.cosine) },
  }
}

/** A vector for each text, null for a blank one. */
async function embedEach(texts: readonly string[], embedder: Embedder | null): Promise<(Float32Array | null)[]> {
  const readable = embedder ? texts.filter(text => text.trim() !== '') : []
  const vectors = readable.length > 0 ? await embedder!.embed(readable) : []
  const vectorOf = new Map(readable.map((text, index) => [text, vectors[index]!]))
  return texts.map(text => vectorOf.get(text) ?? null)
}

/** The value of each skill, from those of the meanings. */
function expanded(values: Float64Array, meaningAt: Uint32Array): Float64Array {
  const all = new Float64Array(meaningAt.length)
  for (let i = 0; i < all.length; i++) all[i] = values[meaningAt[i]!]!
  return all
}

function largest(scores: Float64Array): number {
  let best = 0
  for (const score of scores) best = Math.max(best, score)
  return best
}
