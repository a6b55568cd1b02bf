import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What this process holds on to, when all that can be freed has been. */
export interface Memory {
  /** Objects on the heap, and buffers beside it. */
  readonly heldBytes: number
  readonly rssBytes: number
}

/** Collects what can be collected until nothing more goes. */
export async function settledMemory(): Promise<Memory> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let heldBytes = Number.POSITIVE_INFINITY
  for (let round = 0; round < 10; round++) {
    collect()
    // Buffers are freed after the collection that found them.
    await sleep(20)
    const { heapUsed, external } = process.memoryUsage()
    const gone = heldBytes - (heapUsed + external)
    heldBytes = Math.min(heldBytes, heapUsed + external)
    if (gone < 16_384) break
  }
  return { heldBytes, rssBytes: process.memoryUsage.rss() }
}
