/**
 * A pool split by shares of a whole, in whole units by largest remainder (Hamilton's method), ties to the share that comes
 * first, so that nothing is left over.
 *
 * @param whole What the shares, none of them below zero, sum to; above zero.
 */
export function splitPool(pool: bigint, whole: bigint, shares: readonly bigint[]): bigint[] {
  const parts = shares.map((share, place) => ({
    place,
    amount: (pool * share) / whole,
    remainder: (pool * share) % whole,
  }))
  let left = pool - parts.reduce((sum, { amount }) => sum + amount, 0n)
  const byRemainder = [...parts].sort((a, b) =>
    a.remainder === b.remainder ? a.place - b.place : a.remainder > b.remainder ? -1 : 1,
  )
  for (const part of byRemainder) {
    if (left === 0n) break
    part.amount += 1n
    left -= 1n
  }
  return parts.map(({ amount }) => amount)
}
