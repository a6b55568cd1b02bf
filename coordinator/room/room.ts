import type { Hex } from '../../protocol/hash.ts'
import { type Priority, priorities } from '../../protocol/task.ts'
import type { Demand, Wanted } from '../flow/demand.ts'
import { type InLine, precedence } from '../flow/precedence.ts'
import type { Reserved } from '../flow/reserve.ts'
import { able, type Candidate, type Routing } from '../flow/route.ts'
import { candidatesFor, type Known, type More } from './candidates.ts'
import { Held } from './held.ts'
import type { Expected, Holding } from './holdings.ts'
import { Lines, type Waiting } from './lines.ts'
import { type MayPreempt, Preemptions, type Shortage } from './preemptions.ts'
import { type Hall, Round } from './round.ts'

/** Places of agents that are kept for one that waits, until the log says that it was given them. */
export interface Grant {
  readonly waiting: Waiting
  readonly routing: Routing
  /** The coordinator that is to give it out: the one that wrote its task's last entry. */
  readonly writer: string
}

export interface RoomOptions extends Known {
  readonly weightOf: (domainId: string) => number
  readonly onGrant: (grant: Grant) => void
  /** Whether an emergency may have an attempt broken off; never, where it is left out. */
  readonly mayPreempt?: MayPreempt
  readonly onShortage?: (shortage: Shortage) => void
}

/** What a task waits for, and who wrote its last entry. */
interface Asking {
  readonly writer: string
  readonly waiting: ReadonlyMap<string, Waiting>
}

/**
 * The waiting room: what is ready to be given out, and what each agent holds. Every coordinator has the same one, because
 * it follows from the last stamp of every task alone, and all read the stamps in the same order. So all come to the same
 * grants, each of which is one coordinator's to carry out, and no two of them count on the same place.
 */
export class Room {
  readonly #options: RoomOptions
  readonly #tasks = new Map<Hex, Asking>()
  readonly #lines = new Lines()
  readonly #grants = new Map<string, Grant>()
  readonly #held: Held
  readonly #hall: Hall
  readonly #preemptions = new Preemptions()
  /** Skills of which something waits for units of a resource, which others may want too. */
  #short = new Set<string>()
  /** Skills of which a place has come free, or one more waits, since grants were last made. */
  #changed = new Set<string>()
  #isOpen = false

  constructor(options: RoomOptions) {
    this.#options = options
    this.#held = new Held(options.weightOf, agentId => this.#freed(agentId))
    this.#hall = {
      lines: this.#lines,
      shares: this.#held.shares,
      candidates: (waiting, more) => this.candidates(waiting, more),
      grant: (waiting, routing) => this.#grant(waiting, routing),
      lacks: (waiting, candidates) => this.#lacks(waiting, candidates),
    }
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
    return { waiting, starving, atWork: this.#held.loads() }
  }

  hasGrant(key: string): boolean {
    return this.#grants.has(key)
  }

  /** What agents hold for the task, and will by entries whose stamps have not come. */
  holding(taskId: Hex): Holding {
    return this.#held.holding(taskId)
  }

  /** The same of units of resources. */
  reserved(taskId: Hex): Reserved {
    return this.#held.reserved(taskId)
  }

  /** Counts on the places, and units, that an entry gives which is being written. */
  expect(taskId: Hex, domainId: string, entry: Expected, reserved: Reserved): void {
    this.#held.expect(taskId, domainId, entry, reserved)
  }

  /** Entries that were expected were not written. */
  expectNothing(taskId: Hex): void {
    this.#held.forget(taskId)
    this.#grantAll()
  }

  /** Whether nothing that waits for one of these agents goes before it. */
  goesFirst(inLine: InLine, agentIds: readonly string[]): boolean {
    const skills = new Set(agentIds.flatMap(agentId => this.#options.offers.skillsOf(agentId)))
    const shareOf = (domainId: string) => this.#held.shares.of(domainId)
    const first = this.#lines.first(skills, new Set(), shareOf)
    return !first || first.key === inLine.key || precedence(inLine, first, shareOf) < 0
  }

  /** Who offers a skill and may be given this, and what each of them holds besides. */
  candidates(wanted: Pick<Wanted, 'skill' | 'domains' | 'needs'>, more: (agentId: string) => More): Candidate[] {
    return candidatesFor(wanted, this.#options, this.#held, more)
  }

  /** What a task of so many events asks since its last entry. */
  heed(taskId: Hex, writer: string, demand: Demand, length: number): void {
    this.#held.show(taskId, demand, length)
    this.#preemptions.show(taskId, demand)
    const waiting = this.#line(taskId, demand)
    if (waiting.size > 0) this.#tasks.set(taskId, { writer, waiting })
    else this.#tasks.delete(taskId)
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
      if (!waiting.has(key) && !this.#release(key)) this.#keepsNoMore(old)
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
    this.#held.grant(grant.waiting, idsOf(grant.routing), -1)
    return true
  }

  #freed(agentId: string): void {
    for (const skill of this.#options.offers.skillsOf(agentId)) this.#changed.add(skill)
  }

  /** With all that competes for the same agents: what goes first there may have places kept for it. */
  #wanted(skill: string): void {
    this.#changed.add(skill)
    for (const { agent } of this.#options.offers.of(skill)) this.#freed(agent.agentId)
  }

  /** Places that were kept for one that needs several agents may be others' now, whatever these want of them. */
  #keepsNoMore({ replicas, skill }: Waiting): void {
    if (replicas > 1) this.#wanted(skill)
  }

  #grantAll(): void {
    if (!this.#isOpen || this.#changed.size + this.#short.size === 0) return
    do {
      const skills = new Set([...this.#changed, ...this.#short])
      this.#changed = new Set()
      this.#short = new Set()
      new Round(this.#hall, skills).hold()
    } while (this.#changed.size > 0)
  }

  /** It is looked at again whenever anything changes; and an emergency may have it from others. */
  #lacks(waiting: Waiting, candidates: readonly Candidate[]): void {
    const { mayPreempt, onShortage } = this.#options
    this.#short.add(waiting.skill)
    if (waiting.priority !== 'emergency' || !mayPreempt || !onShortage) return
    const victims = this.#preemptions.choose(waiting, able(waiting, candidates).candidates, mayPreempt)
    if (victims.length > 0) onShortage({ waiting, victims, writer: this.#tasks.get(waiting.taskId)!.writer })
  }

  #grant(waiting: Waiting, routing: Routing): void {
    this.#lines.remove(waiting)
    this.#keepsNoMore(waiting)
    const grant = { waiting, routing, writer: this.#tasks.get(waiting.taskId)!.writer }
    this.#grants.set(waiting.key, grant)
    this.#held.grant(waiting, idsOf(routing), 1)
    this.#options.onGrant(grant)
  }
}

function isSameWish(old: Wanted, wanted: Wanted): boolean {
  if ((old.starving === null) !== (wanted.starving === null)) return false
  if (Object.keys(old.unfit ?? {}).join() !== Object.keys(wanted.unfit ?? {}).join()) return false
  return old.domains?.join() === wanted.domains?.join()
}

/** One wait of one subtask. */
export function keyOf(taskId: Hex, { subtaskId, attempt }: { readonly subtaskId: string; readonly attempt: number }) {
  return `${taskId}/${subtaskId}/${attempt}`
}

function idsOf({ chosen }: Routing): string[] {
  return chosen.map(({ agentId }) => agentId)
}
