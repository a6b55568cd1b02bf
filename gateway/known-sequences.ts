/** Which entries of a stream are known: all up to one, and some beyond it. */
export class KnownSequences {
  #upTo: number
  readonly #beyond = new Set<number>()

  constructor(upTo: number) {
    this.#upTo = upTo
  }

  /** The last before which none is missing. */
  get upTo(): number {
    return this.#upTo
  }

  has(seq: number): boolean {
    return seq <= this.#upTo || this.#beyond.has(seq)
  }

  add(seq: number): void {
    if (seq > this.#upTo) this.#beyond.add(seq)
    this.#close()
  }

  /** What is missing up to there is not in the stream. */
  raise(seq: number): void {
    if (seq <= this.#upTo) return
    this.#upTo = seq
    for (const each of this.#beyond) if (each <= seq) this.#beyond.delete(each)
    this.#close()
  }

  #close(): void {
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1
  }
}
