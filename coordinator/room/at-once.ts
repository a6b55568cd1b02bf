import type { Hex } from '../../protocol/hash.ts'
import { Alarms } from '../alarms.ts'
import { type Demand, demandOf, type Wanted } from '../flow/demand.ts'
import { type Routing, route } from '../flow/route.ts'
import type { Task } from '../flow/state.ts'
import { Counts } from './counts.ts'
import { keyOf, type Room } from './room.ts'

/** An entry that was not written by then never will be. */
const writtenWithinMs = 5_000

export interface Given {
  readonly wanted: Wanted
  readonly routing: Routing
}

/** Places that an entry takes which is being written. */
interface Taken {
  /** Of the task before it. */
  readonly length: number
  readonly domainId: string
  readonly agents: readonly string[]
}

/**
 * Gives out work in the very entry that made it ready, without waiting for that entry's stamp, where no coordinator can
 * count on the same place: to an agent of whom the entry itself frees one, and to any that is free while this coordinator
 * is the only one. What goes before it in the waiting room goes before it here.
 */
export class AtOnce {
  readonly #room: Room
  readonly #isAlone: () => boolean
  readonly #taken = new Map<Hex, Taken>()
  readonly #alarms = new Alarms<Hex>(taskId => this.#letGo(taskId))

  constructor(room: Room, isAlone: () => boolean) {
    this.#room = room
    this.#isAlone = isAlone
  }

  /** A stamp has come: what it shows needs to be counted no more. */
  heed(taskId: Hex, length: number): void {
    if (length > (this.#taken.get(taskId)?.length ?? Number.POSITIVE_INFINITY)) this.#letGo(taskId)
  }

  stop(): void {
    this.#alarms.stop()
  }

  /** @param before the task as the log has it; `task` is what it will be by the entry, as far as that is known */
  give(task: Task, before: Task): Given[] {
    const demand = demandOf(task)
    if (demand.waiting.length === 0) return []
    const isAlone = this.#isAlone()
    const logged = demandOf(before).holding
    this.#release(task.taskId)
    const holding = new Counts<string>()
    for (const [agentId, count] of Object.entries(demand.holding)) holding.add(agentId, count)
    const mayTake = (agentId: string) => isAlone || holding.of(agentId) < (logged[agentId] ?? 0)
    const given = demand.waiting.flatMap(wanted => {
      const routing = this.#routingOf(task.taskId, demand, wanted, holding)
      if (!routing?.chosen.every(({ agentId }) => mayTake(agentId))) return []
      for (const { agentId } of routing.chosen) holding.add(agentId, 1)
      return [{ wanted, routing }]
    })
    if (isAlone) this.#take(task, demand, holding)
    return given
  }

  #routingOf(taskId: Hex, demand: Demand, wanted: Wanted, holding: Counts<string>): Routing | null {
    const key = keyOf(taskId, wanted)
    if (this.#room.hasGrant(key)) return null
    const seen = this.#room.holding(taskId)
    const more = (agentId: string) => ({ load: holding.of(agentId) - (seen[agentId] ?? 0), kept: 0 })
    const routing = route({ taskId, ...wanted }, this.#room.candidates(wanted.skill, more))
    const agentIds = routing?.chosen.map(({ agentId }) => agentId) ?? []
    return routing && this.#room.goesFirst({ ...demand, ...wanted, key }, agentIds) ? routing : null
  }

  /** Counts what the task will hold and the stamps do not show yet. With others at work no place more is taken. */
  #take({ taskId, length }: Task, { domainId }: Demand, holding: Counts<string>): void {
    const seen = this.#room.holding(taskId)
    const agents = holding.keys().flatMap(agentId => {
      const unseen = Math.max(0, holding.of(agentId) - (seen[agentId] ?? 0))
      return Array.from({ length: unseen }, () => agentId)
    })
    const taken = { length, domainId, agents: [...agents] }
    if (taken.agents.length === 0) return
    this.#taken.set(taskId, taken)
    this.#alarms.set(taskId, Date.now() + writtenWithinMs)
    for (const agentId of taken.agents) this.#room.count(agentId, domainId, 1)
  }

  #release(taskId: Hex): readonly string[] {
    const taken = this.#taken.get(taskId)
    if (!taken) return []
    this.#taken.delete(taskId)
    this.#alarms.clear(taskId)
    for (const agentId of taken.agents) this.#room.count(agentId, taken.domainId, -1)
    return taken.agents
  }

  #letGo(taskId: Hex): void {
    this.#room.reconsider(this.#release(taskId))
  }
}
