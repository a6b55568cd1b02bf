/** How many there are of each key; what there is none of takes no room. */
export class Counts<K> {
  readonly #counts = new Map<K, number>()

  of(key: K): number {
    return this.#counts.get(key) ?? 0
  }

  entries(): IterableIterator<[K, number]> {
    return this.#counts.entries()
  }

  add(key: K, change: number): void {
    const count = this.of(key) + change
    if (count === 0) this.#counts.delete(key)
    else this.#counts.set(key, count)
  }

  addAll(keys: Iterable<K>, change: number): void {
    for (const key of keys) this.add(key, change)
  }
}
