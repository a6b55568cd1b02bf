/** How exact an alarm is. */
const tickMs = 20
/** A clock that goes back by less is waited for. */
const backTicks = 1_000 / tickMs

/**
 * One alarm a key, for very many keys: they lie in buckets of a tick's width, so that setting one, moving it and ringing
 * it cost the same whatever their number. Alarms ring at their time or up to a tick later, never before; by the clock as it is:
 * one that is set forward rings what it has passed over, and one that is set back holds up nothing that is due by it.
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
    if (this.#rung - tick > backTicks) this.#goBack(tick)
    // Of many ticks that were passed over at once most have no alarm.
    if (tick - this.#rung > this.#buckets.size) {
      const passed = [...this.#buckets.keys()].filter(each => each <= tick).sort((a, b) => a - b)
      this.#rung = tick
      for (const each of passed) this.#ringAll(each)
    }
    while (this.#rung < tick) this.#ringAll(++this.#rung)
  }

  #ringAll(tick: number): void {
    for (const key of this.#buckets.get(tick) ?? []) {
      this.clear(key)
      this.#ring(key)
    }
  }

  /** What was to ring next may have been due for long. */
  #goBack(tick: number): void {
    const next = [...(this.#buckets.get(this.#rung + 1) ?? [])]
    this.#rung = tick
    for (const key of next) this.set(key, tick * tickMs)
  }
}

/** The first tick that is not before the time. */
function tickAfter(atMs: number): number {
  return Math.ceil(atMs / tickMs)
}
