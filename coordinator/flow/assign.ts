/** Something to be done by one agent, and what each agent that may do it would cost: whole numbers, less is better. */
export interface Work {
  readonly id: string
  readonly costs: ReadonlyMap<string, number>
}

/** Where work goes that no agent has a place for. It always has a place, and costs more than all the others together. */
const NOBODY = ''

/** A way to make room: `moved` comes to this agent, from the one before on the way, or is the new work itself. */
interface Step {
  readonly cost: number
  readonly moved: Work
  readonly from: string | null
}

/** Whom work was given to, which may still move on to others. */
export type Held = Map<string, Set<Work>>

/**
 * Gives several pieces of work to agents at once: as many as there are places for and, of all ways to do that, one that
 * costs least in all. One by one, each best for itself, the first may take the only agent that the second could go to.
 * The result does not depend on the order in which work and agents are given. Sums of costs must be whole numbers below 2^53.
 *
 * @param places how much more each agent takes; one that is not named takes none
 * @returns the agent for each work that got one, by the work's id
 */
export function assign(works: readonly Work[], places: ReadonlyMap<string, number>): Map<string, string> {
  const held: Held = new Map()
  const all = new Map([...places, [NOBODY, Number.POSITIVE_INFINITY]])
  for (const work of sorted(works, places)) findPlace(work, held, all)
  const given = [...held].flatMap(([agentId, works]) => [...works].map(({ id }) => [id, agentId] as const))
  return new Map(given.filter(([, agentId]) => agentId !== NOBODY).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Finds a place for one more piece of work, by the cheapest chain of moves that ends at a free one: what has a place keeps
 * one, though it may be another's. However many come in so, all together cost the least that they can (successive shortest
 * paths: Ahuja, Magnanti, Orlin, "Network Flows", 1993, 9.7); and whoever comes first is left out for nobody who comes later.
 *
 * @returns false where there is none; then all is as it was
 */
export function findPlace(work: Work, held: Held, places: ReadonlyMap<string, number>): boolean {
  const steps = waysFor(work, held, places)
  let at = cheapestEnd(steps, held, places)
  if (at === null) return false
  while (at !== null) {
    const { moved, from }: Step = steps.get(at)!
    if (from !== null) held.get(from)!.delete(moved)
    held.set(at, (held.get(at) ?? new Set()).add(moved))
    at = from
  }
  return true
}

/** In the order of ids, so that ties fall alike; with costs from 0 on, and one for being left to nobody. */
function sorted(works: readonly Work[], places: ReadonlyMap<string, number>): Work[] {
  const all = works.flatMap(({ costs }) => [...costs.values()])
  const least = all.reduce((a, b) => Math.min(a, b), 0)
  const most = all.reduce((a, b) => Math.max(a, b), 0)
  const ofNobody = (most - least) * works.length + 1
  const byId = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)
  return works
    .map(({ id, costs }) => {
      const possible = [...costs].filter(([agentId]) => (places.get(agentId) ?? 0) > 0).sort(byId)
      const fromZero = possible.map(([agentId, cost]) => [agentId, cost - least] as const)
      return { id, costs: new Map([...fromZero, [NOBODY, ofNobody] as const]) }
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** For each agent that the work can come to, by itself or by moving others on, the cheapest way. */
function waysFor(work: Work, held: Held, places: ReadonlyMap<string, number>) {
  const steps = new Map<string, Step>()
  const left = new Set<string>()
  const reach = (agentId: string, step: Step) => {
    if (step.cost >= (steps.get(agentId)?.cost ?? Number.POSITIVE_INFINITY)) return
    steps.set(agentId, step)
    // Who has a free place moves nobody on.
    if (!isFree(agentId, held, places)) left.add(agentId)
  }
  for (const [agentId, cost] of work.costs) reach(agentId, { cost, moved: work, from: null })
  for (const from of left) {
    left.delete(from)
    const { cost } = steps.get(from)!
    for (const moved of held.get(from)!)
      for (const [agentId, there] of moved.costs)
        if (agentId !== from) reach(agentId, { cost: cost + there - moved.costs.get(from)!, moved, from })
  }
  return steps
}

function cheapestEnd(steps: ReadonlyMap<string, Step>, held: Held, places: ReadonlyMap<string, number>): string | null {
  const ends = [...steps].filter(([agentId]) => isFree(agentId, held, places))
  ends.sort(([a, { cost: first }], [b, { cost: second }]) => first - second || (a < b ? -1 : 1))
  return ends[0]?.[0] ?? null
}

function isFree(agentId: string, held: Held, places: ReadonlyMap<string, number>) {
  return (held.get(agentId)?.size ?? 0) < (places.get(agentId) ?? 0)
}
