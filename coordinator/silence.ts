import { missedIntervals } from './flow/heartbeat.ts'

/**
 * For how long each agent at an attempt has not been heard. Only time in which it could be heard counts: what a process loses
 * that stood still, or was too busy to look, is not for agents to pay for. Times are of a clock that nobody sets.
 */
export class Silence {
  /** Between two looks. */
  readonly everyMs: number
  readonly #heartbeatMs: number
  readonly #silentMs: Map<string, number>
  /** When each was heard last; those of whom nothing was heard yet are not there. */
  readonly #heardMs = new Map<string, number>()
  #forgivenMs = Number.NEGATIVE_INFINITY
  #lookedMs: number

  constructor(agents: readonly string[], heartbeatMs: number, nowMs: number) {
    this.#heartbeatMs = heartbeatMs
    this.everyMs = heartbeatMs / 2
    this.#silentMs = new Map(agents.map(agentId => [agentId, 0]))
    this.#lookedMs = nowMs
  }

  hear(agentId: string, nowMs: number): void {
    if (!this.#silentMs.has(agentId)) return
    this.#heardMs.set(agentId, nowMs)
    this.#begin(agentId, nowMs)
  }

  /** Nobody could be heard for a while. */
  forgive(nowMs: number): void {
    this.#forgivenMs = nowMs
    for (const agentId of this.#silentMs.keys()) this.#begin(agentId, nowMs)
  }

  /** Those who are silent for too long: each is named again after as long a silence. */
  look(nowMs: number): string[] {
    const heardMs = this.#sinceLookMs(nowMs)
    this.#lookedMs = nowMs
    const silent: string[] = []
    for (const [agentId, ms] of this.#silentMs) {
      const isSilent = ms + heardMs >= missedIntervals * this.#heartbeatMs
      if (isSilent) silent.push(agentId)
      this.#silentMs.set(agentId, isSilent ? 0 : ms + heardMs)
    }
    return silent
  }

  /** Those of them who were not heard from then on, and could have been. */
  unheardSince(agents: readonly string[], ms: number): string[] {
    if (this.#forgivenMs >= ms) return []
    return agents.filter(agentId => (this.#heardMs.get(agentId) ?? Number.NEGATIVE_INFINITY) < ms)
  }

  wasHeard(agentId: string): boolean {
    return this.#heardMs.has(agentId)
  }

  #begin(agentId: string, nowMs: number): void {
    // What the next look will count of the time before this.
    this.#silentMs.set(agentId, -this.#sinceLookMs(nowMs))
  }

  #sinceLookMs(nowMs: number): number {
    return Math.min(nowMs - this.#lookedMs, this.everyMs)
  }
}
