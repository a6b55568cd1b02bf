import { freeOf as freeUnits, nearestOf } from '../flow/capacity.ts'
import { domainsOf } from '../flow/hold-back.ts'
import type { InLine } from '../flow/precedence.ts'
import { reservedKey } from '../flow/reserve.ts'
import { able, type Candidate, eligible, hasNobody, isFree, type Routing, route } from '../flow/route.ts'
import { mayGoTogether, mostTogether, Together } from '../flow/together.ts'
import type { More } from './candidates.ts'
import { Counts } from './counts.ts'
import type { Lines, Waiting } from './lines.ts'
import type { Shares } from './shares.ts'

/** What a round has of the room that it is held in. */
export interface Hall {
  readonly lines: Lines
  readonly shares: Shares
  readonly candidates: (waiting: Waiting, more: (agentId: string) => More) => Candidate[]
  readonly grant: (waiting: Waiting, routing: Routing) => void
  /** It lacks units of a resource, which others may have. */
  readonly lacks: (waiting: Waiting, candidates: readonly Candidate[]) => void
}

/** Gives free places to those that go first, until there are none, or none that waits for them. */
export class Round {
  readonly #hall: Hall
  /** Skills of which there may be a place. */
  readonly #skills: Set<string>
  readonly #tried = new Set<string>()
  /** Places, and units, that are free and kept for who goes before. */
  readonly #kept = new Counts<string>()
  readonly #keptUnits = new Counts<string>()
  #together = new Together<Waiting>()
  #last: Waiting | null = null

  constructor(hall: Hall, skills: ReadonlySet<string>) {
    this.#hall = hall
    this.#skills = new Set(skills)
  }

  hold(): void {
    for (let next = this.#next(); next; next = this.#next()) {
      // What goes first has the best of what there is, whatever is lost by it to a later class.
      if (!this.#joins(next)) this.#grantTogether()
      this.#last = next
      this.#see(next)
    }
    this.#grantTogether()
  }

  #next(): Waiting | undefined {
    const { lines, shares } = this.#hall
    return lines.first(this.#skills, this.#tried, domainId => shares.of(domainId))
  }

  #joins(next: Waiting): boolean {
    if (!mayGoTogether(next) || this.#together.size === mostTogether) return false
    return this.#last === null || isOfOneClass(this.#last, next)
  }

  #see(next: Waiting): void {
    const candidates = this.#hall.candidates(next, agentId => ({
      load: 0,
      kept: this.#kept.of(agentId),
      units: resource => this.#keptUnits.of(reservedKey(agentId, resource)),
    }))
    if (mayGoTogether(next) && this.#together.add(next, candidates)) {
      this.#tried.add(next.key)
      this.#hall.shares.add(next.domainId, 1)
    } else if (this.#isSkillTaken(next, candidates)) this.#skills.delete(next.skill)
    else {
      this.#tried.add(next.key)
      const routing = !mayGoTogether(next) || hasNobody(next, candidates) ? route(next, candidates) : null
      if (routing) this.#hall.grant(next, routing)
      else this.#keepFor(next, candidates)
    }
  }

  /** Others of the skill may be given to other domains, or to agents that failed this one. */
  #isSkillTaken({ domains, failed }: Waiting, candidates: readonly Candidate[]): boolean {
    return candidates.length > 0 && !this.#together.leaves(candidates) && !domains && failed.length === 0
  }

  #grantTogether(): void {
    const routings = this.#together.routings()
    this.#together = new Together()
    for (const { wish, routing } of routings) {
      this.#hall.shares.add(wish.domainId, -1)
      this.#hall.grant(wish, routing)
    }
  }

  #keepFor(waiting: Waiting, candidates: readonly Candidate[]): void {
    // It needs several agents at once: nobody who comes after it takes those that are free already.
    if (waiting.replicas > 1) this.#kept.addAll(freeOf(waiting, candidates), 1)
    if (!waiting.needs) return
    this.#hall.lacks(waiting, candidates)
    // What is free of what it needs, where most of it is: else it would never have it all while others need less.
    const nearest = nearestOf(waiting, candidates)
    if (!nearest) return
    for (const [resource, needed] of Object.entries(waiting.needs)) {
      this.#keptUnits.add(reservedKey(nearest.agentId, resource), Math.min(needed, freeUnits(nearest, resource)))
    }
  }
}

function isOfOneClass(a: InLine, b: InLine): boolean {
  return a.priority === b.priority && (a.starving === null) === (b.starving === null)
}

function freeOf(wish: Waiting, offered: readonly Candidate[]): string[] {
  const { candidates } = able(wish, offered)
  const wanted = Math.min(wish.replicas, domainsOf(candidates))
  return eligible(wish, candidates, wanted)
    .filter(each => isFree(wish, each))
    .map(({ agentId }) => agentId)
}
