const firstMs = 250

/** How long until what has failed so many times is tried again: each time twice as long, up to the longest. */
export function retryWaitMs(tries: number, longestMs: number): number {
  return Math.min(firstMs * 2 ** (tries - 1), longestMs)
}
