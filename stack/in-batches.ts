import type { Inbox } from './inbox.ts'

/** As much as is handed on at once. */
const BATCH = 256

/** And of what was gathered. */
const GATHERED = 2_048

/** What is said to be pending comes within this, or it may never come. */
const LINGER_MS = 20

/** Of a message, what says where it stands among those of its consumer. */
interface Numbered {
  readonly info: {
    /** Counts from 1. */
    readonly deliverySequence: number
    /** How many more the server has, by its own count: nats-server 2.9.10 was seen to count two and three too many, for good. */
    readonly pending: number
  }
}

/** Least time from a batch to the next; what comes in between waits for the others. */
export type GatherMs = () => number

/**
 * Hands on together what is there at once, in order. Ends where a number is left out: without acknowledgements the
 * server sends each message once, so one was lost.
 */
export async function* inBatches<M extends Numbered>(
  inbox: Inbox<M>,
  gatherMs: GatherMs = () => 0,
): AsyncGenerator<M[]> {
  let gatherUntilMs = 0
  for (let delivered = 0; ; ) {
    await inbox.holds(1)
    const leftMs = gatherUntilMs - performance.now()
    if (leftMs > 0) await inbox.holds(GATHERED, leftMs)
    if (inbox.hasEnded) return
    let count = leftMs > 0 ? Math.min(inbox.size, GATHERED) : 1
    while (count < BATCH && inbox.at(count - 1)!.info.pending > 0) {
      if (inbox.size === count) await inbox.holds(count + 1, LINGER_MS)
      if (inbox.size === count) break
      count++
    }
    const batch = inbox.take(count)
    if (batch.at(-1)!.info.deliverySequence !== delivered + count) return
    delivered += count
    yield batch
    gatherUntilMs = performance.now() + gatherMs()
  }
}
