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

/** Places that were given in an entry whose stamp has not come. */
interface Taken {
  /** Of the task before that entry. */
  readonly length: number
  readonly domainId: string
  readonly agentIds: readonly string[]
}

/**
 * Gives out work in the very entry that made it ready, without waiting for that entry's stamp, where no coordinator can
 * count on the same place: to an agent of whom the entry itself frees one, and to any that is free while this coordinator
 * is the only one. What goes before it in the waiting room goes before it here.
 */
export class AtOnce {
  readonly #room: Room
  readonly #isAlone: () => boolean
  /** By task, and by the subtask and attempt that they were given for. */
  readonly #taken = new Map<Hex, Map<string, Taken>>()
  readonly #alarms = new Alarms<Hex>(taskId => this.#letGo(taskId, Number.POSITIVE_INFINITY))

  constructor(room: Room, isAlone: () => boolean) {
    this.#room = room
    this.#isAlone = isAlone
  }

  /** A stamp has come: what it shows needs to be counted no more. */
  heed(taskId: Hex, length: number): void {
    if (this.#taken.has(taskId)) this.#letGo(taskId, length)
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
    const holding = new Counts<string>()
    for (const [agentId, count] of Object.entries(demand.holding)) holding.add(agentId, count)
    const mayTake = (agentId: string) => isAlone || holding.of(agentId) < (logged[agentId] ?? 0)
    return demand.waiting.flatMap(wanted => {
      const routing = this.#routingOf(task.taskId, demand, wanted, holding)
      const agentIds = routing?.chosen.map(({ agentId }) => agentId) ?? []
      if (!routing || !agentIds.every(mayTake)) return []
      for (const agentId of agentIds) holding.add(agentId, 1)
      // With others at work no place more is taken than the task had.
      const taken = { length: before.length, domainId: demand.domainId, agentIds }
      if (isAlone) this.#take(task.taskId, keyOf(task.taskId, wanted), taken)
      return [{ wanted, routing }]
    })
  }

  #routingOf(taskId: Hex, demand: Demand, wanted: Wanted, holding: Counts<string>): Routing | null {
    const key = keyOf(taskId, wanted)
    if (this.#room.hasGrant(key)) return null
    const seen = this.#room.holding(taskId)
    const taken = new Counts<string>()
    for (const { agentIds } of this.#taken.get(taskId)?.values() ?? []) taken.addAll(agentIds, 1)
    // What the task itself holds is known exactly, whatever the room has heard of it.
    const own = (agentId: string) => holding.of(agentId) - (seen[agentId] ?? 0) - taken.of(agentId)
    const more = (agentId: string) => ({ load: own(agentId), kept: 0 })
    const routing = route({ taskId, ...wanted }, this.#room.candidates(wanted.skill, more))
    const agentIds = routing?.chosen.map(({ agentId }) => agentId) ?? []
    return routing && this.#room.goesFirst({ ...demand, ...wanted, key }, agentIds) ? routing : null
  }

  #take(taskId: Hex, key: string, taken: Taken): void {
    const ofTask = this.#taken.get(taskId) ?? new Map<string, Taken>()
    this.#taken.set(taskId, ofTask)
    this.#count(ofTask.get(key), -1)
    this.#count(taken, 1)
    ofTask.set(key, taken)
    this.#alarms.set(taskId, Date.now() + writtenWithinMs)
  }

  /** Counts no more on what was given in entries up to this length of the task. */
  #letGo(taskId: Hex, length: number): void {
    const ofTask = this.#taken.get(taskId)
    const shown = [...(ofTask ?? [])].filter(([, taken]) => taken.length < length)
    for (const [key, taken] of shown) {
      ofTask!.delete(key)
      this.#count(taken, -1)
    }
    if (ofTask?.size === 0) {
      this.#taken.delete(taskId)
      this.#alarms.clear(taskId)
    }
    this.#room.reconsider(shown.flatMap(([, { agentIds }]) => agentIds))
  }

  #count(taken: Taken | undefined, change: number): void {
    for (const agentId of taken?.agentIds ?? []) this.#room.count(agentId, taken!.domainId, change)
  }
}
