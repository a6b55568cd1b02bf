import type { Hex } from '../../protocol/hash.ts'
import type { Demand } from '../flow/demand.ts'
import { Counts } from './counts.ts'

/** Of the time between two ends, how much the latest counts. */
const latestShare = 0.2
const [leastMs, mostMs] = [250, 30_000]

/** The tasks that have not ended, in all and of each domain, and how often one ends. */
export class OpenTasks {
  readonly #open = new Map<Hex, string>()
  /** Accepted here, and not seen in the log yet. */
  readonly #expected = new Map<Hex, string>()
  readonly #ofDomain = new Counts<string>()
  readonly #pace = new Map<string, { lastMs: number; everyMs: number }>()

  /** All of them. */
  get count(): number {
    return this.#open.size + this.#expected.size
  }

  /** Of each domain that has any; those that response plans opened under an empty name. */
  byDomain(): Record<string, number> {
    return Object.fromEntries(this.#ofDomain.entries())
  }

  of(domainId: string): number {
    return this.#ofDomain.of(domainId)
  }

  has(taskId: Hex): boolean {
    return this.#open.has(taskId) || this.#expected.has(taskId)
  }

  heed(taskId: Hex, { isOpen, domainId }: Demand): void {
    this.#forget(taskId)
    if (isOpen === this.#open.has(taskId)) return
    this.#ofDomain.add(domainId, isOpen ? 1 : -1)
    if (isOpen) this.#open.set(taskId, domainId)
    else {
      this.#open.delete(taskId)
      for (const whose of [domainId, '*']) this.#note(whose, Date.now())
    }
  }

  /** Counts a task that is about to be accepted; the answer forgets it, if it was not. */
  expect(taskId: Hex, domainId: string): () => void {
    if (!this.has(taskId)) {
      this.#expected.set(taskId, domainId)
      this.#ofDomain.add(domainId, 1)
    }
    return () => this.#forget(taskId)
  }

  /** How long until one more may be expected to have ended: of a domain, or of all. */
  nextEndMs(domainId = '*'): number {
    const everyMs = this.#pace.get(domainId)?.everyMs ?? 1_000
    return Math.round(Math.min(Math.max(everyMs, leastMs), mostMs))
  }

  #forget(taskId: Hex): void {
    const domainId = this.#expected.get(taskId)
    if (domainId === undefined) return
    this.#expected.delete(taskId)
    this.#ofDomain.add(domainId, -1)
  }

  #note(whose: string, nowMs: number): void {
    const { lastMs, everyMs } = this.#pace.get(whose) ?? { lastMs: nowMs - 1_000, everyMs: 1_000 }
    const next = everyMs * (1 - latestShare) + (nowMs - lastMs) * latestShare
    this.#pace.set(whose, { lastMs: nowMs, everyMs: next })
  }
}
