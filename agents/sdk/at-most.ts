/** Runs at most `limit` functions at a time; the others wait their turn, first come first served. */
export function atMost(limit: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async run => {
    if (running === limit) await new Promise<void>(resolve => waiting.push(resolve))
    else running += 1
    try {
      return await run()
    } finally {
      // A place that is passed on stays counted.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
