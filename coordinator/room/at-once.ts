import type { Hex } from '../../protocol/hash.ts'
import { Alarms } from '../alarms.ts'
import { type Demand, demandOf, holdingOf, type Wanted } from '../flow/demand.ts'
import { type Reserved, reservedKey } from '../flow/reserve.ts'
import { type Candidate, hasNobody, type Routing, route } from '../flow/route.ts'
import type { Task } from '../flow/state.ts'
import { mayGoTogether, mostTogether, Together } from '../flow/together.ts'
import type { Expected, Holding } from './holdings.ts'
import { keyOf, type Room } from './room.ts'

/** An entry that was not written by then never will be. */
const writtenWithinMs = 5_000

interface Wish extends Wanted {
  readonly taskId: Hex
  readonly seed: Hex | null
}

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
    const logged = holdingOf(before)
    const holding = { ...demand.holding }
    const reserved = { ...demand.reserved }
    const mayTake = (agentId: string) => isAlone || (holding[agentId] ?? 0) < (logged[agentId] ?? 0)
    const given: Given[] = []
    const accept = ({ wish: wanted, routing }: { readonly wish: Wish; readonly routing: Routing }) => {
      const agentIds = routing.chosen.map(({ agentId }) => agentId)
      if (!this.#mayGive(demand, wanted, agentIds) || !agentIds.every(mayTake)) return
      for (const agentId of agentIds) {
        holding[agentId] = (holding[agentId] ?? 0) + 1
        for (const [resource, units] of Object.entries(wanted.needs ?? {})) {
          const key = reservedKey(agentId, resource)
          reserved[key] = (reserved[key] ?? 0) + units
        }
      }
      given.push({ wanted, routing })
    }
    const isOnly = demand.waiting.length === 1
    let together = new Together<Wish>()
    const acceptTogether = () => {
      for (const each of together.routings()) accept(each)
      together = new Together()
    }
    for (const wanted of demand.waiting) {
      // Its text has to be read first.
      if (wanted.gold) continue
      // Units that the entry frees may be another coordinator's to give by then.
      if (wanted.needs && !isAlone) continue
      const wish = { taskId: task.taskId, seed: demand.seed, ...wanted }
      if (this.#room.hasGrant(keyOf(task.taskId, wanted))) continue
      if (!mayGoTogether(wish) || together.size === mostTogether) acceptTogether()
      const candidates = this.#candidates(task.taskId, wanted, { holding, reserved })
      // Of one alone nobody has to be asked twice what `route` says.
      if (!isOnly && mayGoTogether(wish) && !hasNobody(wish, candidates)) together.add(wish, candidates)
      else {
        const routing = route(wish, candidates)
        if (routing) accept({ wish, routing })
      }
    }
    acceptTogether()
    // With others at work no place more is taken than the task had.
    if (isAlone && given.length > 0)
      this.#expect(task.taskId, demand.domainId, { length: before.length, holding }, reserved)
    return given
  }

  #candidates(
    taskId: Hex,
    wanted: Wanted,
    { holding, reserved }: { readonly holding: Holding; readonly reserved: Reserved },
  ): Candidate[] {
    // What the task itself holds is known exactly, whatever the room counts for it.
    const counted = this.#room.holding(taskId)
    const countedUnits = this.#room.reserved(taskId)
    const ownUnits = (key: string) => (reserved[key] ?? 0) - (countedUnits[key] ?? 0)
    const own = (agentId: string) => (holding[agentId] ?? 0) - (counted[agentId] ?? 0)
    return this.#room.candidates(wanted, agentId => ({
      load: own(agentId),
      kept: 0,
      units: resource => ownUnits(reservedKey(agentId, resource)),
    }))
  }

  #mayGive(demand: Demand, wish: Wish, agentIds: readonly string[]): boolean {
    return this.#room.goesFirst({ ...demand, ...wish, key: keyOf(wish.taskId, wish) }, agentIds)
  }

  #expect(taskId: Hex, domainId: string, entry: Expected, reserved: Reserved): void {
    this.#room.expect(taskId, domainId, entry, reserved)
    this.#alarms.set(taskId, Date.now() + writtenWithinMs)
  }
}
