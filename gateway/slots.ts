/** Runs work as soon as one of a fixed number of slots is free, in the order in which it was asked for. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = []
  let free = count
  return async work => {
    if (free > 0) free -= 1
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The slot is handed over, so that nobody who comes later can take it first.
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
