import { findPlace, type Held, type Work } from './assign.ts'
import { domainsOf } from './hold-back.ts'
import { able, type Candidate, eligible, hasPlace, type Routing, ranked, route, type Wish } from './route.ts'

/** So many subtasks are given out at once; more of them go in turns, each turn when those before have their agents. */
export const mostTogether = 64

/** Who needs several agents, or units of resources, is given them alone, in its turn. */
export function mayGoTogether({ replicas, needs, besides }: Pick<Wish, 'replicas' | 'needs' | 'besides'>): boolean {
  return replicas === 1 && needs === undefined && besides === undefined
}

/**
 * Subtasks that are given out at once, each to one agent, in the order in which they go: what comes later takes no place
 * from what came before, but may have it moved to another agent; and all together they have the highest scores that they
 * can. What each is given is what `route` makes of its candidates where the places of better ones are kept for the others:
 * so the choice can be made again without knowing these.
 */
export class Together<T extends Wish> {
  readonly #waiting: { readonly wish: T; readonly candidates: readonly Candidate[]; readonly work: Work }[] = []
  readonly #held: Held = new Map()
  readonly #places = new Map<string, number>()

  get size(): number {
    return this.#waiting.length
  }

  /** Whether there is a place for it beside all before. */
  add(wish: T, offered: readonly Candidate[]): boolean {
    const free = freeFor(wish, offered)
    for (const { agentId, places, load, kept = 0 } of free) {
      const left = places - load - kept
      this.#places.set(agentId, Math.min(left, this.#places.get(agentId) ?? left))
    }
    const work = { id: `${this.size}`, costs: costsOf(wish, free) }
    if (!findPlace(work, this.#held, this.#places)) return false
    this.#waiting.push({ wish, candidates: offered, work })
    return true
  }

  /** Whether one of them has a place that none of these takes. */
  leaves(candidates: readonly Candidate[]): boolean {
    return candidates.some(({ load, ...candidate }) =>
      hasPlace({ ...candidate, load: load + (this.#held.get(candidate.agentId)?.size ?? 0) }),
    )
  }

  /** Who is given each, in their order. */
  routings(): { readonly wish: T; readonly routing: Routing }[] {
    const agentOf = new Map([...this.#held].flatMap(([agentId, works]) => [...works].map(work => [work, agentId])))
    return this.#waiting.map(({ wish, candidates, work }) => {
      const best = [...work.costs.keys()]
      const better = new Set(best.slice(0, best.indexOf(agentOf.get(work)!)))
      const left = candidates.map(each =>
        better.has(each.agentId) ? { ...each, kept: each.places - each.load } : each,
      )
      return { wish, routing: route(wish, left)! }
    })
  }
}

function freeFor(wish: Wish, offered: readonly Candidate[]): readonly Candidate[] {
  const { candidates } = able(wish, offered)
  return eligible(wish, candidates, Math.min(1, domainsOf(candidates))).filter(hasPlace)
}

/** What is lost by each, the best first. One of so many is free, whatever the others take. */
function costsOf(wish: Wish, free: readonly Candidate[]): Map<string, number> {
  const best = ranked(wish, free).slice(0, mostTogether)
  // Of equal scores the better lot costs less.
  const cost = (score: number, place: number) => (best[0]!.score - score) * mostTogether + place
  return new Map(best.map(({ candidate, score }, place) => [candidate.agentId, cost(score, place)]))
}
