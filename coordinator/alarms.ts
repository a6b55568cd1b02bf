/** How exact an alarm is. */
const tickMs = 20

/**
 * One alarm a key, for very many keys: they lie in buckets of a tick's width, so that setting one, moving it and ringing
 * it cost the same whatever their number. Alarms ring at their time or up to a tick later, never before.
 */
export class Alarms<K> {
  readonly #ring: (key: K) => void
  readonly #tickOf = new Map<K, number>()
  readonly #buckets = new Map<number, Set<K>>()
  readonly #timer: NodeJS.Timeout
  #rung: number

  constructor(ring: (key: K) => void, nowMs = Date.now) {
    this.#ring = ring
    this.#rung = tickAfter(nowMs()) - 1
    this.#timer = setInterval(() => this.#ringUntil(Math.floor(nowMs() / tickMs)), tickMs)
  }

  has(key: K): boolean {
    return this.#tickOf.has(key)
  }

  /** Sets the key's alarm in place of the one it had. A time that has passed rings next. */
  set(key: K, atMs: number): void {
    this.clear(key)
    const tick = Math.max(tickAfter(atMs), this.#rung + 1)
    this.#tickOf.set(key, tick)
    const bucket = this.#buckets.get(tick)
    if (bucket) bucket.add(key)
    else this.#buckets.set(tick, new Set([key]))
  }

  clear(key: K): void {
    const tick = this.#tickOf.get(key)
    if (tick === undefined) return
    this.#tickOf.delete(key)
    const bucket = this.#buckets.get(tick)!
    bucket.delete(key)
    if (bucket.size === 0) this.#buckets.delete(tick)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #ringUntil(tick: number): void {
    while (this.#rung < tick) {
      this.#rung++
      for (const key of this.#buckets.get(this.#rung) ?? []) {
        this.clear(key)
        this.#ring(key)
      }
    }
  }
}

/** The first tick that is not before the time. */
function tickAfter(atMs: number): number {
  return Math.ceil(atMs / tickMs)
}
