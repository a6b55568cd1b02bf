import type { Share } from '../flow/precedence.ts'
import { Counts } from './counts.ts'

/** What each requesting domain has of the agents. */
export class Shares {
  readonly #weightOf: (domainId: string) => number
  readonly #running = new Counts<string>()
  readonly #servedAtMs = new Map<string, number>()

  constructor(weightOf: (domainId: string) => number) {
    this.#weightOf = weightOf
  }

  of(domainId: string): Share {
    const [running, servedAtMs] = [this.#running.of(domainId), this.#servedAtMs.get(domainId) ?? 0]
    return { running, weight: this.#weightOf(domainId), servedAtMs }
  }

  add(domainId: string, change: number): void {
    this.#running.add(domainId, change)
  }

  served(domainId: string, atMs: number): void {
    if (atMs > (this.#servedAtMs.get(domainId) ?? 0)) this.#servedAtMs.set(domainId, atMs)
  }
}
