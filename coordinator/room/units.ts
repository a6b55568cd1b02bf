import type { Needs } from '../../protocol/capacity.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type Reserved, reservedKey } from '../flow/reserve.ts'
import { Counts } from './counts.ts'
import { Holdings } from './holdings.ts'

/** Units of resources that agents have committed: by the log, by entries that are being written, and by grants. */
export class Units {
  readonly #counts = new Counts<string>()
  readonly #holdings: Holdings

  /** @param onFreed an agent has some free that it had not */
  constructor(onFreed: (agentId: string) => void) {
    this.#holdings = new Holdings((key, _, change) => {
      this.#counts.add(key, change)
      if (change < 0) onFreed(key.slice(0, key.indexOf('/')))
    })
  }

  held(agentId: string, resource: string): number {
    return this.#counts.of(reservedKey(agentId, resource))
  }

  /** What is counted for one task. */
  of(taskId: Hex): Reserved {
    return this.#holdings.of(taskId)
  }

  /** A stamp has come, of a task that has so many events by it. */
  show(taskId: Hex, reserved: Reserved, length: number): void {
    this.#holdings.show(taskId, '', reserved, length)
  }

  expect(taskId: Hex, length: number, reserved: Reserved): void {
    this.#holdings.expect(taskId, '', { length, holding: reserved })
  }

  forget(taskId: Hex): void {
    this.#holdings.forget(taskId)
  }

  /** Counts what a grant commits, or counts it no more. */
  count(needs: Needs | undefined, agentIds: readonly string[], sign: 1 | -1): void {
    for (const [resource, units] of Object.entries(needs ?? {})) {
      for (const agentId of agentIds) this.#counts.add(reservedKey(agentId, resource), sign * units)
    }
  }
}
