import { choiceFrom, type Explanation, shareOf } from '../../registry/retrieve/explanation.ts'

/** Reciprocal rank fusion's constant (Cormack, Clarke, Buettcher, 2009). */
const RRF_K = 60

/** Ways to put skills into an order, beside the one that the retriever uses: to see what each part of it is worth. */
export const orders = {
  mean: explanation => choiceFrom(explanation).map(({ id }) => id),
  bm25: explanation => byShares(explanation, words => words),
  embedding: explanation => byShares(explanation, (_, meaning) => meaning),
  rrf: byReciprocalRanks,
} as const satisfies Record<string, (explanation: Explanation) => string[]>

export type Order = keyof typeof orders

function byShares({ best, candidates }: Explanation, scoreOf: (words: number, meaning: number) => number): string[] {
  return sorted(
    candidates.map(({ id, bm25, cosine }) => ({
      id,
      score: scoreOf(shareOf(bm25, best.bm25), shareOf(cosine, best.cosine) ?? 0),
    })),
  )
}

function byReciprocalRanks({ candidates }: Explanation): string[] {
  const scores = new Map(candidates.map(({ id }) => [id, 0]))
  for (const judge of ['bm25', 'cosine'] as const) {
    const judged = candidates.map(candidate => ({ id: candidate.id, score: candidate[judge] ?? 0 }))
    const order = sorted(judged.filter(({ score }) => score > 0))
    for (const [place, id] of order.entries()) scores.set(id, scores.get(id)! + 1 / (RRF_K + place + 1))
  }
  return sorted([...scores].map(([id, score]) => ({ id, score })))
}

function sorted(scored: readonly { readonly id: string; readonly score: number }[]): string[] {
  return scored.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).map(({ id }) => id)
}
