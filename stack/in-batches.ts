import type { Inbox } from './inbox.ts'

/** As much as is handed on at once. */
const BATCH = 256

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

/**
 * Hands on together what is there at once, in order. Ends where a number is left out: without acknowledgements the
 * server sends each message once, so one was lost.
 */
export async function* inBatches<M extends Numbered>(inbox: Inbox<M>): AsyncGenerator<M[]> {
  for (let delivered = 0; ; ) {
    await inbox.holds(1)
    if (inbox.hasEnded) return
    let count = 1
    while (count < BATCH && inbox.at(count - 1)!.info.pending > 0) {
      if (inbox.size === count) await inbox.holds(count + 1, LINGER_MS)
      if (inbox.size === count) break
      count++
    }
    const batch = inbox.take(count)
    delivered += count
    if (batch.at(-1)!.info.deliverySequence !== delivered) return
    yield batch
  }
}
