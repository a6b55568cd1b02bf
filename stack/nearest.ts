/** The candidate that takes the fewest single-character edits to become `word` (Levenshtein). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [row, charA] of [...a].entries()) {
    const current = [row + 1]
    for (const [column, charB] of [...b].entries()) {
      const substitute = above[column]! + (charA === charB ? 0 : 1)
      current.push(Math.min(substitute, above[column + 1]! + 1, current[column]! + 1))
    }
    above = current
  }
  return above[b.length]!
}
