import type { Hex } from '../../protocol/hash.ts'
import { Alarms } from '../alarms.ts'
import { type Demand, demandOf, type Wanted } from '../flow/demand.ts'
import { type Routing, route } from '../flow/route.ts'
import type { Task } from '../flow/state.ts'
import type { Expected, Holding } from './holdings.ts'
import { keyOf, type Room } from './room.ts'

/** An entry that was not written by then never will be. */
const writtenWithinMs = 5_000

export interface Given {
  readonly wanted: Wanted
  readonly routing: Routing
}

/**
 * Gives out work in the very entry that made it ready, without waiting for that entry's stamp, where no coordinator can
 * count on the same place: to an agent of whom the entry itself frees one, and to any that is free while this coordinator
 * is the only one. What goes before it in the waiting room goes before it here.
 */
export class AtOnce {
  readonly #room: Room
  readonly #isAlone: () => boolean
  readonly #alarms = new Alarms<Hex>(taskId => this.#room.expectNothing(taskId))

  constructor(room: Room, isAlone: () => boolean) {
    this.#room = room
    this.#isAlone = isAlone
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
    const holding = { ...demand.holding }
    const mayTake = (agentId: string) => isAlone || (holding[agentId] ?? 0) < (logged[agentId] ?? 0)
    const given = demand.waiting.flatMap(wanted => {
      const routing = this.#routingOf(task.taskId, demand, wanted, holding)
      const agentIds = routing?.chosen.map(({ agentId }) => agentId) ?? []
      if (!routing || !agentIds.every(mayTake)) return []
      for (const agentId of agentIds) holding[agentId] = (holding[agentId] ?? 0) + 1
      return [{ wanted, routing }]
    })
    // With others at work no place more is taken than the task had.
    if (isAlone && given.length > 0) this.#expect(task.taskId, demand.domainId, { length: before.length, holding })
    return given
  }

  #routingOf(taskId: Hex, demand: Demand, wanted: Wanted, holding: Holding): Routing | null {
    const key = keyOf(taskId, wanted)
    if (this.#room.hasGrant(key)) return null
    // What the task itself holds is known exactly, whatever the room counts for it.
    const counted = this.#room.holding(taskId)
    const own = (agentId: string) => (holding[agentId] ?? 0) - (counted[agentId] ?? 0)
    const more = (agentId: string) => ({ load: own(agentId), kept: 0 })
    const routing = route({ taskId, seed: demand.seed, ...wanted }, this.#room.candidates(wanted, more))
    const agentIds = routing?.chosen.map(({ agentId }) => agentId) ?? []
    return routing && this.#room.goesFirst({ ...demand, ...wanted, key }, agentIds) ? routing : null
  }

  #expect(taskId: Hex, domainId: string, entry: Expected): void {
    this.#room.expect(taskId, domainId, entry)
    this.#alarms.set(taskId, Date.now() + writtenWithinMs)
  }
}
