/** Messages that have come and were not taken yet: to wait for many of them costs no more than to wait for one. */
export class Inbox<M> {
  readonly #messages: M[] = []
  #end: { readonly error: Error | undefined } | null = null
  #awaited: { readonly count: number; readonly resolve: () => void } | null = null

  put(message: M): void {
    this.#messages.push(message)
    if (this.#awaited && this.#messages.length >= this.#awaited.count) this.#awaited.resolve()
  }

  end(error?: Error): void {
    this.#end ??= { error }
    this.#awaited?.resolve()
  }

  get size(): number {
    return this.#messages.length
  }

  /** @throws what it was ended with */
  get hasEnded(): boolean {
    if (this.#end?.error) throw this.#end.error
    return this.#end !== null
  }

  at(index: number): M | undefined {
    return this.#messages[index]
  }

  /** Resolves when it holds so many, when the time is over, or when it has ended. One may wait at a time. */
  async holds(count: number, withinMs?: number): Promise<void> {
    if (this.#messages.length >= count || this.#end) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#awaited = { count, resolve }
    const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs)
    await promise
    clearTimeout(timer)
    this.#awaited = null
  }

  take(count: number): M[] {
    return this.#messages.splice(0, count)
  }
}
