import type { CapacityStatement, Needs } from '../../protocol/capacity.ts'

/** What an agent can commit by its own word, and has committed. */
export interface Capacity {
  /** Null where it has stated nothing that counts now. */
  readonly stated: CapacityStatement | null
  /** Units by resource that are committed, or kept for what goes first. */
  readonly held: Readonly<Record<string, number>>
}

interface Holder {
  readonly agentId: string
  readonly capacity?: Capacity
}

/** Those who can commit what is needed, now or when others have ended; and who is passed over, for they never can. */
export function capable<T extends Holder>({ needs = {} }: { readonly needs?: Needs }, offered: readonly T[]) {
  const candidates: T[] = []
  const passedOver: { candidate: T; why: string }[] = []
  for (const candidate of offered) {
    const lacking = Object.entries(needs).find(([resource, units]) => totalOf(candidate, resource) < units)
    if (!lacking) candidates.push(candidate)
    else {
      const [resource, units] = lacking
      passedOver.push({
        candidate,
        why: `can commit ${totalOf(candidate, resource)} ${resource} in all, ${units} are needed`,
      })
    }
  }
  return { candidates, passedOver }
}

/** Of what it has too little free now, in words; null when it has enough. */
export function shortOf({ needs = {} }: { readonly needs?: Needs }, candidate: Holder): string | null {
  for (const [resource, units] of Object.entries(needs)) {
    const free = freeOf(candidate, resource)
    if (free < units) return `has ${free} ${resource} free, ${units} are needed`
  }
  return null
}

/** Units that are not committed; none where others were promised before a later word lowered the total. */
export function freeOf(candidate: Holder, resource: string): number {
  return Math.max(0, totalOf(candidate, resource) - (candidate.capacity?.held[resource] ?? 0))
}

/** Of those that can commit all that is needed, one with the least missing; of equals the first by id. */
export function nearestOf<T extends Holder>(wish: { readonly needs?: Needs }, candidates: readonly T[]): T | undefined {
  const missing = (candidate: T) =>
    Object.entries(wish.needs ?? {}).reduce(
      (sum, [resource, units]) => sum + Math.max(0, units - freeOf(candidate, resource)) / units,
      0,
    )
  return capable(wish, candidates)
    .candidates.map(candidate => ({ candidate, missing: missing(candidate) }))
    .sort((a, b) => a.missing - b.missing || (a.candidate.agentId < b.candidate.agentId ? -1 : 1))[0]?.candidate
}

function totalOf({ capacity }: Holder, resource: string): number {
  return capacity?.stated?.resources[resource]?.total ?? 0
}
