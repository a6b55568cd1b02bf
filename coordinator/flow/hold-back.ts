interface MayBeHeld {
  readonly agentId: string
  readonly domainId: string
  readonly held?: string
}

/**
 * Those whom nothing is said against, and who is passed over because of what is: only while others, of as many domains as are
 * wanted, can do the work. Work that nobody else can do goes to them all the same.
 */
export function heldBack<C extends MayBeHeld>(replicas: number, candidates: readonly C[]) {
  const others = candidates.filter(({ held }) => held === undefined)
  const wanted = Math.min(replicas, domainsOf(candidates))
  if (domainsOf(others) < wanted) return { candidates, passedOver: [] }
  const passedOver = candidates.flatMap(({ agentId, domainId, held }) =>
    held === undefined ? [] : [{ agentId, domainId, why: held }],
  )
  return { candidates: others, passedOver }
}

export function domainsOf(candidates: readonly Pick<MayBeHeld, 'domainId'>[]): number {
  return new Set(candidates.map(({ domainId }) => domainId)).size
}
