/** Vehicles of one kind that come free at the same hour. */
interface Lot {
  readonly freeHour: number
  readonly count: number
}

/** The vehicles of one kind, by when they are free: earliest first, never an empty lot, never two of one hour. */
export type Pool = readonly Lot[]

export function fillPool(count: number, freeHour: number): Pool {
  return count > 0 ? [{ freeHour, count }] : []
}

/** Takes `count` vehicles out of the earliest lot, which must hold them, and gives them back at `freeHour`. */
export function borrow(pool: Pool, count: number, freeHour: number): Pool {
  const [first, ...rest] = pool
  if (!first || count > first.count) throw new RangeError(`${count} vehicles of a lot of ${first?.count ?? 0}`)
  const kept = count < first.count ? [{ ...first, count: first.count - count }, ...rest] : rest
  const same = kept.find(lot => lot.freeHour === freeHour)
  if (same) return kept.map(lot => (lot === same ? { ...lot, count: lot.count + count } : lot))
  const after = kept.findIndex(lot => lot.freeHour > freeHour)
  return kept.toSpliced(after === -1 ? kept.length : after, 0, { freeHour, count })
}
