/** The first `count` different ones, taking the first of each list, then the second of each, and so on. */
export function inTurns<T>(lists: readonly (readonly T[])[], count: number): T[] {
  const longest = Math.max(0, ...lists.map(list => list.length))
  const turns = Array.from({ length: longest }, (_, turn) => lists.flatMap(list => list.slice(turn, turn + 1)))
  return [...new Set(turns.flat())].slice(0, count)
}
