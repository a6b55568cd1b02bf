import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { capacityDocument, type Needs, Resources } from '../../protocol/capacity.ts'
import { signDocument } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { Log } from '../../stack/log.ts'
import type { AgentIdentity } from './identity.ts'

/** A statement counts for so long; an agent that is there says it again in time. */
const validMs = 3_600_000
const againMs = validMs / 2
const retryMs = 500
const graceMs = 2_000
const lookMs = 20

/** What an agent can commit, and what of it is committed to work in hand. */
export class StatedCapacity {
  readonly #nc: NatsConnection
  readonly #identity: AgentIdentity
  readonly #log: Log
  #resources: Resources = {}
  #statedAtMs = 0
  readonly #committed = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(nc: NatsConnection, identity: AgentIdentity, log: Log) {
    this.#nc = nc
    this.#identity = identity
    this.#log = log
  }

  /**
   * Signs what the agent can commit from now on, and has the bus keep it. What is committed already stays so.
   * @throws EntenteError CAPACITY_INVALID
   */
  async state(resources: Resources): Promise<void> {
    const { data, error } = Resources.safeParse(resources)
    if (!data) throw new EntenteError('CAPACITY_INVALID', error.issues.map(({ message }) => message).join('; '))
    this.#resources = data
    await this.#publish()
  }

  /**
   * Commits this beside what the agent has in hand, until what is returned is called. Work that was called off may end a
   * moment after other work was given its units: so long that is waited for.
   * @throws EntenteError CAPACITY_EXCEEDED
   */
  async commit(needs: Needs, signal: AbortSignal): Promise<() => void> {
    const endMs = performance.now() + graceMs
    for (;;) {
      const lacking = this.#lacking(needs)
      if (!lacking) break
      if (performance.now() > endMs || signal.aborted) throw new EntenteError('CAPACITY_EXCEEDED', lacking)
      await sleep(lookMs)
    }
    this.#count(needs, 1)
    return () => this.#count(needs, -1)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #lacking(needs: Needs): string | null {
    for (const [resource, units] of Object.entries(needs)) {
      const total = this.#resources[resource]?.total ?? 0
      const committed = this.#committed.get(resource) ?? 0
      if (committed + units > total)
        return `${units} ${resource} are asked for, ${committed} of ${total} are committed here`
    }
    return null
  }

  #count(needs: Needs, sign: 1 | -1): void {
    for (const [resource, units] of Object.entries(needs)) {
      this.#committed.set(resource, (this.#committed.get(resource) ?? 0) + sign * units)
    }
  }

  /** Until the bus has it. A later statement has a later time, whatever the clock does. */
  async #publish(): Promise<void> {
    clearTimeout(this.#timer)
    const { agentId, domain, privateKey } = this.#identity
    this.#statedAtMs = Math.max(Date.now(), this.#statedAtMs + 1)
    const statedAtMs = this.#statedAtMs
    const stated = { agentId, resources: this.#resources, statedAtMs, validUntilMs: statedAtMs + validMs }
    const signature = signDocument(domain, 'Capacity', capacityDocument(stated), privateKey)
    const text = JSON.stringify({ ...stated, signature })
    while (!this.#stopped && statedAtMs === this.#statedAtMs) {
      try {
        await jetstream(this.#nc).publish(subjects.capacity(agentId), text)
        this.#timer = setTimeout(() => void this.#publish(), againMs)
        this.#timer.unref()
        return
      } catch (error) {
        this.#log.warn({ err: error }, 'what the agent can commit is not on the bus yet')
        await sleep(retryMs, undefined, { ref: false })
      }
    }
  }
}
