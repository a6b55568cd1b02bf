interface MayBeHeld {
  readonly domainId: string
  readonly held?: string
}

/**
 * Those whom nothing is said against, and who is passed over because of what is: only while others, of as many domains as are
 * wanted, can do the work. Work that nobody else can do goes to them all the same.
 */
export function heldBack<C extends MayBeHeld>(replicas: number, candidates: readonly C[]) {
  const others = candidates.filter(({ held }) => held === undefined)
  const isNoneHeld = others.length === candidates.length
  if (isNoneHeld || domainsOf(others) < Math.min(replicas, domainsOf(candidates))) return { candidates, passedOver: [] }
  const passedOver = candidates.flatMap(candidate =>
    candidate.held === undefined ? [] : [{ candidate, why: candidate.held }],
  )
  return { candidates: others, passedOver }
}

export function domainsOf(candidates: readonly Pick<MayBeHeld, 'domainId'>[]): number {
  return new Set(candidates.map(({ domainId }) => domainId)).size
}
