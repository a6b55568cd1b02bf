import type { KV } from '@nats-io/kv'
import type { Log } from './log.ts'
import { isOvertaken } from './publish.ts'

const renewMs = 1_000
/** A lease that was not renewed for so long, by one's own monotonic clock, may be taken. */
const expiredMs = 3_000
/** Whoever yields takes what nobody has taken for so long: two rounds of the other's. */
const yieldMs = 2_500
/** Whoever could not renew for so long no longer counts on it: sooner than anybody else may take it. */
const sureMs = 2_000

export interface LeaseOptions {
  readonly kv: KV
  readonly key: string
  /** Names this process among all. */
  readonly holder: string
  readonly log: Log
  /** Whether another holder is known to run no more: then its lease is taken at once. */
  readonly isGone?: (holder: string) => Promise<boolean>
  /** Whether another is to have it where nobody has: then it is left lying for a while. */
  readonly yields?: () => boolean
  /** Called before a lease that was taken counts as held. */
  readonly onTaken?: () => Promise<void>
  /** Called when another has taken it. */
  readonly onLost?: () => void
}

/**
 * A lease in a bucket: renewed each second under the revision that was last seen, so that of two who try one succeeds. A
 * holder that is silent loses it after three seconds. Two who act at the same moment nevertheless, because one of them stood
 * still just then, must be kept from two effects by what they act on.
 */
export class Lease {
  readonly #options: LeaseOptions
  /** Of the entry in the bucket, as it was last seen. */
  #revision: number | null = null
  /** When that revision was first seen. */
  #seenMs = 0
  /** When it was last renewed; null for another's. */
  #renewedMs: number | null = null
  /** Since when nobody has it, as far as was seen. */
  #freeMs: number | null = null
  #turn: Promise<void> = Promise.resolve()

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  isHeld(): boolean {
    return this.#renewedMs !== null && performance.now() - this.#renewedMs < sureMs
  }

  /** Renews it, or takes it where nobody has it. */
  tend(): Promise<void> {
    return this.#inTurn(() => this.#tend())
  }

  /** Gives it back, for another to take at once. */
  giveBack(): Promise<void> {
    return this.#inTurn(() => this.#giveBack())
  }

  /** A renewal whose answer comes after the lease was given back would make it look held. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(step)
    return this.#turn
  }

  async #tend(): Promise<void> {
    try {
      if (this.#renewedMs !== null) await this.#renew()
      else await this.#tryToTake()
    } catch (error) {
      // Another was first, or the bus is away: the next round sees.
      this.#options.log.debug({ lease: this.#options.key, error: String(error) }, 'no lease yet')
    }
  }

  async #giveBack(): Promise<void> {
    if (this.#renewedMs === null) return
    const { kv, key } = this.#options
    this.#renewedMs = null
    await kv.delete(key, { previousSeq: this.#revision! }).catch(() => {})
  }

  async #renew(): Promise<void> {
    const { kv, key, holder } = this.#options
    const startedMs = performance.now()
    try {
      this.#revision = await kv.update(key, holder, this.#revision!)
      this.#renewedMs = startedMs
    } catch (error) {
      if (!isOvertaken(error)) throw error
      // The answer to the last renewal may have been lost.
      const entry = await kv.get(key)
      if (entry?.operation === 'PUT' && entry.string() === holder) this.#revision = entry.revision
      else this.#lose()
    }
  }

  #lose(): void {
    this.#revision = null
    this.#renewedMs = null
    this.#options.log.warn({ lease: this.#options.key }, 'another has the lease now')
    this.#options.onLost?.()
  }

  async #tryToTake(): Promise<void> {
    const { kv, key, holder, isGone = async () => false } = this.#options
    const entry = await kv.get(key)
    const startedMs = performance.now()
    if (entry?.operation !== 'PUT') {
      this.#freeMs ??= startedMs
      if (this.#options.yields?.() && startedMs - this.#freeMs < yieldMs) return
      return this.#take(await kv.create(key, holder), startedMs)
    }
    this.#freeMs = null
    if (this.#revision !== entry.revision) [this.#revision, this.#seenMs] = [entry.revision, startedMs]
    const isExpired = startedMs - this.#seenMs > expiredMs
    if (!isExpired && !(await isGone(entry.string()))) return
    await this.#take(await kv.update(key, holder, entry.revision), startedMs)
  }

  async #take(revision: number, startedMs: number): Promise<void> {
    await this.#options.onTaken?.()
    this.#revision = revision
    this.#seenMs = startedMs
    this.#renewedMs = startedMs
    this.#freeMs = null
  }
}

/**
 * Tends leases each second, the first time before it returns; gives back what is held when it is stopped. One round at a
 * time: however many were due while the bus did not answer, one follows.
 */
export async function tendLeases(leases: readonly Lease[]): Promise<{ stop(): Promise<void> }> {
  let tending: Promise<void> | null = null
  let isDue = false

  async function tendAll(): Promise<void> {
    do {
      isDue = false
      await Promise.all(leases.map(lease => lease.tend()))
    } while (isDue)
    tending = null
  }

  await tendAll()
  const timer = setInterval(() => {
    isDue = true
    tending ??= tendAll()
  }, renewMs)
  return {
    async stop() {
      clearInterval(timer)
      isDue = false
      await tending
      await Promise.all(leases.map(lease => lease.giveBack()))
    },
  }
}
