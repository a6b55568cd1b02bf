import type { Hex } from '../../protocol/hash.ts'
import { priorities } from '../../protocol/task.ts'
import { freeOf } from '../flow/capacity.ts'
import type { Demand } from '../flow/demand.ts'
import type { Preemptible, Victim } from '../flow/preempt.ts'
import type { Candidate } from '../flow/route.ts'
import type { Waiting } from './lines.ts'

/** An attempt under way that may be broken off. */
export interface Running extends Preemptible, Victim {
  readonly taskId: Hex
  readonly key: string
}

/** An emergency that lacks what these attempts hold. */
export interface Shortage {
  readonly waiting: Waiting
  readonly victims: readonly Running[]
  /** The coordinator that is to see to it: the one that wrote the last entry of the emergency. */
  readonly writer: string
}

export type MayPreempt = (waiting: Waiting, victim: Victim) => boolean

/** What could be broken off for an emergency, and what was asked to be: every coordinator's the same, as the room is. */
export class Preemptions {
  readonly #running = new Map<Hex, readonly Running[]>()
  /** For what each attempt that was asked to be broken off would be. */
  readonly #asked = new Map<string, string>()

  show(taskId: Hex, { preemptible = [], priority, domainId }: Demand): void {
    const now = preemptible.map(each => {
      const key = `${taskId}/${each.subtaskId}/${each.attempt}`
      return { ...each, taskId, key, priority, domainId: domainId === '' ? null : domainId }
    })
    const keys = new Set(now.map(({ key }) => key))
    for (const { key } of this.#running.get(taskId) ?? []) if (!keys.has(key)) this.#asked.delete(key)
    if (now.length > 0) this.#running.set(taskId, now)
    else this.#running.delete(taskId)
  }

  /**
   * The fewest attempts of one agent that have to end for what waits to begin; none where that would not do, or some were
   * asked for it already. What can wait goes before what is usual, and what has begun last before what is nearly done.
   */
  choose(waiting: Waiting, candidates: readonly Candidate[], mayPreempt: MayPreempt): readonly Running[] {
    if ([...this.#asked.values()].includes(waiting.key)) return []
    const free = [...this.#running.values()]
      .flat()
      .filter(({ key, needs }) => !this.#asked.has(key) && Object.keys(waiting.needs!).some(name => name in needs))
      .sort(compareVictims)
    const ways = candidates.flatMap(candidate => {
      const own = free.filter(each => each.agentId === candidate.agentId && mayPreempt(waiting, each))
      const victims = enoughOf(waiting, candidate, own)
      return victims && victims.length > 0 ? [{ candidate, victims }] : []
    })
    const [best] = ways.sort(
      (a, b) => a.victims.length - b.victims.length || (a.candidate.agentId < b.candidate.agentId ? -1 : 1),
    )
    for (const { key } of best?.victims ?? []) this.#asked.set(key, waiting.key)
    return best?.victims ?? []
  }

  isAsked({ waiting, victims }: Shortage): boolean {
    return victims.some(({ key }) => this.#asked.get(key) === waiting.key)
  }

  /** What was asked was not done. */
  forget({ victims }: Shortage): void {
    for (const { key } of victims) this.#asked.delete(key)
  }
}

/** Those that have to end, none of them too many; null where all together are not enough. */
function enoughOf(waiting: Waiting, candidate: Candidate, running: readonly Running[]): Running[] | null {
  const suffices = (victims: readonly Running[]) =>
    candidate.load - victims.length < candidate.places &&
    Object.entries(waiting.needs!).every(([resource, units]) => {
      const coming = victims.reduce((sum, { needs }) => sum + (needs[resource] ?? 0), 0)
      return freeOf(candidate, resource) + coming >= units
    })
  const length = running.findIndex((_, index) => suffices(running.slice(0, index + 1)))
  if (length === -1) return null
  const chosen = running.slice(0, length + 1)
  for (const each of [...chosen]) {
    const without = chosen.filter(other => other !== each)
    if (suffices(without)) chosen.splice(chosen.indexOf(each), 1)
  }
  return chosen
}

function compareVictims(a: Running, b: Running): number {
  const byClass = priorities.indexOf(b.priority) - priorities.indexOf(a.priority)
  return byClass || b.sinceMs - a.sinceMs || (a.key < b.key ? -1 : 1)
}
