import type { Hex } from '../../protocol/hash.ts'
import type { Demand } from '../flow/demand.ts'
import type { Reserved } from '../flow/reserve.ts'
import { Counts } from './counts.ts'
import { type Expected, type Holding, Holdings } from './holdings.ts'
import type { Waiting } from './lines.ts'
import { Shares } from './shares.ts'
import { Units } from './units.ts'

/**
 * What agents have at work, and the units of resources that they have committed: by the log, by entries that are being
 * written, and by grants. And what each requesting domain has of them.
 */
export class Held {
  readonly shares: Shares
  readonly #loads = new Counts<string>()
  readonly #holdings: Holdings
  readonly #units: Units
  readonly #onFreed: (agentId: string) => void

  /** @param onFreed an agent has a place, or units, that it had not */
  constructor(weightOf: (domainId: string) => number, onFreed: (agentId: string) => void) {
    this.shares = new Shares(weightOf)
    this.#holdings = new Holdings((agentId, domainId, change) => this.#count(agentId, domainId, change))
    this.#units = new Units(onFreed)
    this.#onFreed = onFreed
  }

  loadOf(agentId: string): number {
    return this.#loads.of(agentId)
  }

  unitsOf(agentId: string, resource: string): number {
    return this.#units.held(agentId, resource)
  }

  /** How much each agent has at work. */
  loads(): Record<string, number> {
    return Object.fromEntries(this.#loads.entries())
  }

  /** Of one task, by its stamps and by entries whose stamps have not come. */
  holding(taskId: Hex): Holding {
    return this.#holdings.of(taskId)
  }

  /** The same of units of resources. */
  reserved(taskId: Hex): Reserved {
    return this.#units.of(taskId)
  }

  /** A stamp has come, of a task that has so many events by it. */
  show(taskId: Hex, { domainId, holding, reserved, givenAtMs }: Demand, length: number): void {
    this.#holdings.show(taskId, domainId, holding, length)
    this.#units.show(taskId, reserved ?? {}, length)
    this.shares.served(domainId, givenAtMs)
  }

  /** Counts on the places, and units, that an entry gives which is being written. */
  expect(taskId: Hex, domainId: string, entry: Expected, reserved: Reserved): void {
    this.#holdings.expect(taskId, domainId, entry)
    this.#units.expect(taskId, entry.length, reserved)
  }

  /** Entries that were expected were not written. */
  forget(taskId: Hex): void {
    this.#holdings.forget(taskId)
    this.#units.forget(taskId)
  }

  /** Counts what a grant takes of these agents, or counts it no more. */
  grant({ needs, domainId }: Waiting, agentIds: readonly string[], sign: 1 | -1): void {
    this.#units.count(needs, agentIds, sign)
    for (const agentId of agentIds) this.#count(agentId, domainId, sign)
  }

  #count(agentId: string, domainId: string, change: number): void {
    this.#loads.add(agentId, change)
    this.shares.add(domainId, change)
    if (change < 0) this.#onFreed(agentId)
  }
}
