/**
 * Runs what concerns one key one after the other, and different keys side by side. What a coordinator does to one task
 * would only conflict with itself otherwise.
 */
export class InTurn {
  readonly #last = new Map<string, Promise<void>>()

  /** @param work begins at once where nothing of its key is under way */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const mine = before ? before.then(work) : work()
    const done = () => {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    }
    const settled = mine.then(done, done)
    this.#last.set(key, settled)
    return mine
  }
}
