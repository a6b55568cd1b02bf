import type { Needs } from '../../protocol/capacity.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type Priority, priorities } from '../../protocol/task.ts'
import type { SkillOffer } from '../../registry/match.ts'
import { type Capacity, freeOf as freeUnits, nearestOf } from '../flow/capacity.ts'
import type { Demand, Wanted } from '../flow/demand.ts'
import { domainsOf } from '../flow/hold-back.ts'
import { type InLine, precedence } from '../flow/precedence.ts'
import { type Reserved, reservedKey } from '../flow/reserve.ts'
import { able, type Candidate, eligible, hasNobody, isFree, type Routing, route } from '../flow/route.ts'
import { mayGoTogether, mostTogether, Together } from '../flow/together.ts'
import { Counts } from './counts.ts'
import { type Expected, type Holding, Holdings } from './holdings.ts'
import { Lines, type Waiting } from './lines.ts'
import type { Offers } from './offers.ts'
import { type MayPreempt, Preemptions, type Shortage } from './preemptions.ts'
import { Shares } from './shares.ts'
import type { TrackRecords } from './track-records.ts'
import { Units } from './units.ts'

/** Places of agents that are kept for one that waits, until the log says that it was given them. */
export interface Grant {
  readonly waiting: Waiting
  readonly routing: Routing
  /** The coordinator that is to give it out: the one that wrote its task's last entry. */
  readonly writer: string
}

export interface RoomOptions {
  readonly offers: Offers
  readonly records: TrackRecords
  readonly weightOf: (domainId: string) => number
  /** Why an agent is given no work for now where others can do it; null where nothing is said against it. */
  readonly whyHeld?: (agentId: string) => string | null
  readonly onGrant: (grant: Grant) => void
  /** Whether an emergency may have an attempt broken off; never, where it is left out. */
  readonly mayPreempt?: MayPreempt
  readonly onShortage?: (shortage: Shortage) => void
}

interface Known {
  readonly writer: string
  readonly waiting: ReadonlyMap<string, Waiting>
}

/** What an agent holds beside what the room counts, and what is kept of its for others. */
interface More {
  readonly load: number
  readonly kept: number
  readonly units?: (resource: string) => number
}

/**
 * The waiting room: what is ready to be given out, and what each agent holds. Every coordinator has the same one, because
 * it follows from the last stamp of every task alone, and all read the stamps in the same order. So all come to the same
 * grants, each of which is one coordinator's to carry out, and no two of them count on the same place.
 */
export class Room {
  readonly #options: RoomOptions
  readonly #tasks = new Map<Hex, Known>()
  readonly #lines = new Lines()
  readonly #grants = new Map<string, Grant>()
  readonly #loads = new Counts<string>()
  readonly #shares: Shares
  readonly #holdings: Holdings
  readonly #units: Units
  readonly #preemptions = new Preemptions()
  /** Skills of which something waits for units of a resource, which others may want too. */
  #short = new Set<string>()
  /** Skills of which a place has come free, or one more waits, since grants were last made. */
  #changed = new Set<string>()
  #isOpen = false

  constructor(options: RoomOptions) {
    this.#options = options
    this.#shares = new Shares(options.weightOf)
    this.#holdings = new Holdings((agentId, domainId, change) => this.#count(agentId, domainId, change))
    this.#units = new Units(agentId => this.#freed(agentId))
  }

  /** All stamps that there are have been read: grants may be made. */
  open(): void {
    this.#isOpen = true
    this.reconsider()
  }

  /** Agents have come or gone. */
  reconsider(): void {
    for (const skill of this.#lines.skills()) this.#changed.add(skill)
    this.#grantAll()
  }

  /** Whether it was not given out yet. */
  isOpenGrant(grant: Grant): boolean {
    return this.#grants.get(grant.waiting.key) === grant
  }

  /** Puts one back in line whose grant nobody has carried out: the agents may be others by now. */
  renew({ waiting: { key, taskId } }: Grant): void {
    const waiting = this.#tasks.get(taskId)?.waiting.get(key)
    if (!waiting || !this.#release(key)) return
    this.#lines.add(waiting)
    this.#wanted(waiting.skill)
    this.#grantAll()
  }

  /** Whether it still waits for what was asked to be broken off. */
  isShort(shortage: Shortage): boolean {
    const { key, taskId } = shortage.waiting
    const waits = this.#tasks.get(taskId)?.waiting.has(key) && !this.#grants.has(key)
    return waits === true && this.#preemptions.isAsked(shortage)
  }

  /** What was asked for was not done: other attempts may be at work by now. */
  lookAgain(shortage: Shortage): void {
    this.#preemptions.forget(shortage)
    this.#grantAll()
  }

  /** What waits, by class; how much of it is starving; and what each agent has at work. */
  figures() {
    const waiting = Object.fromEntries(priorities.map(priority => [priority, 0])) as Record<Priority, number>
    let starving = 0
    for (const known of this.#tasks.values()) {
      for (const each of known.waiting.values()) {
        waiting[each.priority]++
        if (each.starving) starving++
      }
    }
    return { waiting, starving, atWork: Object.fromEntries(this.#loads.entries()) }
  }

  hasGrant(key: string): boolean {
    return this.#grants.has(key)
  }

  /** What agents hold for the task, and will by entries whose stamps have not come. */
  holding(taskId: Hex): Holding {
    return this.#holdings.of(taskId)
  }

  /** The same of units of resources. */
  reserved(taskId: Hex): Reserved {
    return this.#units.of(taskId)
  }

  /** Counts on the places, and units, that an entry gives which is being written. */
  expect(taskId: Hex, domainId: string, entry: Expected, reserved: Reserved): void {
    this.#holdings.expect(taskId, domainId, entry)
    this.#units.expect(taskId, entry.length, reserved)
  }

  /** Entries that were expected were not written. */
  expectNothing(taskId: Hex): void {
    this.#holdings.forget(taskId)
    this.#units.forget(taskId)
    this.#grantAll()
  }

  /** Whether nothing that waits for one of these agents goes before it. */
  goesFirst(inLine: InLine, agentIds: readonly string[]): boolean {
    const skills = new Set(agentIds.flatMap(agentId => this.#options.offers.skillsOf(agentId)))
    const shareOf = (domainId: string) => this.#shares.of(domainId)
    const first = this.#lines.first(skills, new Set(), shareOf)
    return !first || first.key === inLine.key || precedence(inLine, first, shareOf) < 0
  }

  /** Who offers a skill and may be given this, and what each of them holds besides. */
  candidates(
    { skill, domains, needs }: Pick<Wanted, 'skill' | 'domains' | 'needs'>,
    more: (agentId: string) => More,
  ): Candidate[] {
    const { offers, records, whyHeld = () => null } = this.#options
    const mayHave = offers.of(skill).filter(({ agent }) => domains?.includes(agent.domainId!) ?? true)
    return mayHave.map(offer => {
      const { agentId, domainId, wallet, stake } = offer.agent
      const { load, kept, units } = more(agentId)
      const held = whyHeld(agentId)
      return {
        agentId,
        domainId: domainId!,
        wallet: wallet!,
        price: offer.skill.price,
        stake: stake.toString(),
        load: this.#loads.of(agentId) + load,
        places: offers.placesOf(offer),
        ...(kept > 0 ? { kept } : {}),
        ...(held === null ? {} : { held }),
        ...(needs ? { capacity: this.#capacityOf(offer, needs, units) } : {}),
        ...records.of(skill, agentId, domainId!),
      }
    })
  }

  #capacityOf(offer: SkillOffer, needs: Needs, more: More['units']): Capacity {
    const { agentId } = offer.agent
    const held = Object.keys(needs).map(name => [name, this.#units.held(agentId, name) + (more?.(name) ?? 0)] as const)
    return { stated: this.#options.offers.capacityOf(offer, Date.now()), held: Object.fromEntries(held) }
  }

  /** What a task of so many events asks since its last entry. */
  heed(taskId: Hex, writer: string, demand: Demand, length: number): void {
    this.#holdings.show(taskId, demand.domainId, demand.holding, length)
    this.#units.show(taskId, demand.reserved ?? {}, length)
    this.#preemptions.show(taskId, demand)
    const waiting = this.#line(taskId, demand)
    if (waiting.size > 0) this.#tasks.set(taskId, { writer, waiting })
    else this.#tasks.delete(taskId)
    this.#shares.served(demand.domainId, demand.givenAtMs)
    this.#grantAll()
  }

  /** Puts in line what waits, and takes out what no longer does. */
  #line(taskId: Hex, demand: Demand): ReadonlyMap<string, Waiting> {
    const { priority, domainId, submittedAtMs, seed } = demand
    const before = this.#tasks.get(taskId)
    const waiting = new Map<string, Waiting>()
    for (const wanted of demand.waiting) {
      const key = keyOf(taskId, wanted)
      const old = before?.waiting.get(key)
      const isSame = old !== undefined && isSameWish(old, wanted)
      waiting.set(key, isSame ? old : { ...wanted, key, taskId, priority, domainId, submittedAtMs, seed })
    }
    for (const [key, old] of before?.waiting ?? []) {
      if (waiting.get(key) === old) continue
      if (!waiting.has(key)) this.#release(key)
      this.#lines.remove(old)
    }
    for (const [key, each] of waiting) {
      if (before?.waiting.get(key) === each || this.#grants.has(key)) continue
      this.#lines.add(each)
      this.#wanted(each.skill)
    }
    return waiting
  }

  /** Counts on the places of a grant no more; false where there is none. */
  #release(key: string): boolean {
    const grant = this.#grants.get(key)
    if (!grant) return false
    this.#grants.delete(key)
    this.#units.count(grant.waiting.needs, idsOf(grant.routing), -1)
    for (const agentId of idsOf(grant.routing)) this.#count(agentId, grant.waiting.domainId, -1)
    return true
  }

  #count(agentId: string, domainId: string, change: number): void {
    this.#loads.add(agentId, change)
    this.#shares.add(domainId, change)
    if (change < 0) this.#freed(agentId)
  }

  #freed(agentId: string): void {
    for (const skill of this.#options.offers.skillsOf(agentId)) this.#changed.add(skill)
  }

  /** With all that competes for the same agents: what goes first there may have places kept for it. */
  #wanted(skill: string): void {
    this.#changed.add(skill)
    for (const { agent } of this.#options.offers.of(skill)) this.#freed(agent.agentId)
  }

  /** Gives free places to those that go first, until there are none, or none that waits for them. */
  #grantAll(): void {
    if (!this.#isOpen || this.#changed.size + this.#short.size === 0) return
    const skills = new Set([...this.#changed, ...this.#short])
    this.#changed = new Set()
    this.#short = new Set()
    const tried = new Set<string>()
    const kept = new Counts<string>()
    const keptUnits = new Counts<string>()
    let together = new Together<Waiting>()
    let last: Waiting | undefined
    const grant = () => {
      this.#grantTogether(together)
      together = new Together()
    }
    for (;;) {
      const next = this.#lines.first(skills, tried, domainId => this.#shares.of(domainId))
      if (!next) break
      // What goes first has the best of what there is, whatever is lost by it to a later class.
      if (!mayGoTogether(next) || together.size === mostTogether || (last && !isOfOneClass(last, next))) grant()
      last = next
      const candidates = this.candidates(next, agentId => ({
        load: 0,
        kept: kept.of(agentId),
        units: resource => keptUnits.of(reservedKey(agentId, resource)),
      }))
      if (mayGoTogether(next) && together.add(next, candidates)) {
        tried.add(next.key)
        this.#shares.add(next.domainId, 1)
        continue
      }
      // Others of the skill may be given to other domains, or to agents that failed this one.
      if (candidates.length > 0 && !together.leaves(candidates) && !next.domains && next.failed.length === 0) {
        skills.delete(next.skill)
        continue
      }
      tried.add(next.key)
      const routing = !mayGoTogether(next) || hasNobody(next, candidates) ? route(next, candidates) : null
      if (routing) this.#grant(next, routing)
      else {
        // It needs several agents at once: nobody who comes after it takes those that are free already.
        if (next.replicas > 1) kept.addAll(freeOf(next, candidates), 1)
        if (next.needs) this.#keepFor(next, candidates, keptUnits)
      }
    }
    grant()
  }

  #grantTogether(together: Together<Waiting>): void {
    for (const { wish, routing } of together.routings()) {
      this.#shares.add(wish.domainId, -1)
      this.#grant(wish, routing)
    }
  }

  /** What is free of what it needs, where most of it is: else it would never have it all while others need less. */
  #keepFor(waiting: Waiting, candidates: readonly Candidate[], units: Counts<string>): void {
    this.#short.add(waiting.skill)
    this.#breakOffFor(waiting, candidates)
    const nearest = nearestOf(waiting, candidates)
    if (!nearest) return
    for (const [resource, needed] of Object.entries(waiting.needs!)) {
      units.add(reservedKey(nearest.agentId, resource), Math.min(needed, freeUnits(nearest, resource)))
    }
  }

  #breakOffFor(waiting: Waiting, candidates: readonly Candidate[]): void {
    const { mayPreempt, onShortage } = this.#options
    if (waiting.priority !== 'emergency' || !mayPreempt || !onShortage) return
    const victims = this.#preemptions.choose(waiting, able(waiting, candidates).candidates, mayPreempt)
    if (victims.length > 0) onShortage({ waiting, victims, writer: this.#tasks.get(waiting.taskId)!.writer })
  }

  #grant(waiting: Waiting, routing: Routing): void {
    this.#lines.remove(waiting)
    const grant = { waiting, routing, writer: this.#tasks.get(waiting.taskId)!.writer }
    this.#grants.set(waiting.key, grant)
    this.#units.count(waiting.needs, idsOf(routing), 1)
    for (const agentId of idsOf(routing)) this.#count(agentId, waiting.domainId, 1)
    this.#options.onGrant(grant)
  }
}

function isOfOneClass(a: InLine, b: InLine): boolean {
  return a.priority === b.priority && (a.starving === null) === (b.starving === null)
}

function isSameWish(old: Wanted, wanted: Wanted): boolean {
  if ((old.starving === null) !== (wanted.starving === null)) return false
  return old.domains?.join() === wanted.domains?.join()
}

/** One wait of one subtask. */
export function keyOf(taskId: Hex, { subtaskId, attempt }: { readonly subtaskId: string; readonly attempt: number }) {
  return `${taskId}/${subtaskId}/${attempt}`
}

function freeOf(wish: Waiting, offered: readonly Candidate[]): string[] {
  const { candidates } = able(wish, offered)
  const wanted = Math.min(wish.replicas, domainsOf(candidates))
  return eligible(wish, candidates, wanted)
    .filter(each => isFree(wish, each))
    .map(({ agentId }) => agentId)
}

function idsOf({ chosen }: Routing): string[] {
  return chosen.map(({ agentId }) => agentId)
}
