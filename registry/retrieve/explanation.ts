/**
 * What a choice among skills rests on, in numbers: enough to make the same choice again without index or model. It is
 * plain JSON.
 *
 * The rule `mean-of-shares/1`: each judge's score is taken as a share of the best that it gave to any skill, and a
 * skill's score is the mean of its shares. That is a convex combination of scores with theoretical minima (Bruch, Gai,
 * Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023) at equal weights.
 */
export interface Explanation {
  readonly rule: 'mean-of-shares/1'
  /** Which model judged the meaning; null when words alone were judged. */
  readonly embedder: string | null
  readonly query: string
  /** How many skills were asked for. */
  readonly k: number
  /** The best that each judge gave to any skill. */
  readonly best: Judgement
  /** Those chosen and those that came next. */
  readonly candidates: readonly Candidate[]
}

/** What the judges say: BM25 of the words, cosine of the meanings; null where the model does not read the query. */
export interface Judgement {
  readonly bm25: number
  readonly cosine: number | null
}

/** What the model could read of a skill. Of one that it read in part it may speak well, but not ill. */
export type Reading = 'whole' | 'name' | 'nothing'

interface Candidate extends Judgement {
  readonly id: string
  readonly read: Reading
}

export interface Choice {
  readonly id: string
  /** From 0 to 1. */
  readonly score: number
}

/** The choice that an explanation explains: best first, ties by id. */
export function choiceFrom({ k, best, candidates }: Explanation): Choice[] {
  return candidates
    .map(({ id, read, bm25, cosine }) => ({
      id,
      score: meanOfShares(shareOf(bm25, best.bm25), shareOf(cosine, best.cosine), read),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, k)
}

/** @param meaning null where the model has no say */
export function meanOfShares(words: number, meaning: number | null, read: Reading): number {
  if (meaning === null || read === 'nothing') return words
  const mean = (words + meaning) / 2
  return read === 'name' ? Math.max(words, mean) : mean
}

export function shareOf(score: number, best: number | null): number
export function shareOf(score: number | null, best: number | null): number | null
export function shareOf(score: number | null, best: number | null): number | null {
  if (score === null || best === null) return null
  return best > 0 ? score / best : 0
}
