import type { Json } from '../../../protocol/canonical.ts'
import { type Deviate, type Replica, weightOf } from './replica.ts'

/**
 * The medoid: the text that is nearest to all others, by weight; between equals the one that sorts first. A text made up of
 * several would be nobody's. Texts further from it than the tolerance deviate.
 */
export function mergeText(path: string, tolerance: number, replicas: readonly Replica[], deviate: Deviate): Json {
  const texts = replicas.filter(({ output }) => typeof output === 'string')
  const candidates = texts.map(({ output }) => ({
    text: output as string,
    away: texts.reduce((sum, each) => sum + weightOf([each]) * distance(output as string, each.output as string), 0),
  }))
  const [medoid] = candidates.sort((a, b) => a.away - b.away || (a.text < b.text ? -1 : 1))
  const merged = medoid?.text ?? null
  for (const { agentId, output } of replicas) {
    const by = merged !== null && typeof output === 'string' ? distance(output, merged) : null
    const off = by === null ? {} : { by }
    if (by === null || by > tolerance) deviate({ agentId, field: path, got: output, merged, ...off })
  }
  return merged
}

/** From 0, the same words as often, to 1, none in common (L. R. Dice, Measures of Ecologic Association, 1945). */
function distance(a: string, b: string): number {
  if (a === b) return 0
  const left = wordsOf(b)
  const words = wordsOf(a)
  const all = words.length + left.length
  if (all === 0) return 0
  const counts = new Map<string, number>()
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of words) {
    const count = counts.get(word) ?? 0
    if (count > 0) shared++
    counts.set(word, count - 1)
  }
  return 1 - (2 * shared) / all
}

/** Letters and digits of any script; case does not count. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
