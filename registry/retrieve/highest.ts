/** The places of the `count` highest scores above zero, best first; of equal ones the earlier. */
export function highest(scores: Float64Array, count: number): number[] {
  const places: number[] = []
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    if (score <= 0 || (places.length === count && score <= scores[places[count - 1]!]!)) continue
    let at = places.length
    while (at > 0 && scores[places[at - 1]!]! < score) at--
    places.splice(at, 0, i)
    if (places.length > count) places.pop()
  }
  return places
}

/** The place of a score among all, from 1; equal scores share one. */
export function rankOf(score: number, scores: Float64Array): number {
  let rank = 1
  for (const other of scores) if (other > score) rank++
  return rank
}
