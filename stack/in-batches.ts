import { setTimeout as sleep } from 'node:timers/promises'

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

/** As the client hands messages out. */
type Messages<M> = AsyncIterable<M> & {
  /** How many are here, and not handed out yet. */
  getPending?(): number
}

/** Least time from a batch of so many messages to the next; what comes in between waits for the others. */
export type GatherMs = (messages: number) => number

/**
 * Hands on together what is there at once, in order. Ends where a number is left out: without acknowledgements the
 * server sends each message once, so one was lost.
 */
export async function* inBatches<M extends Numbered>(
  messages: Messages<M>,
  gatherMs: GatherMs = () => 0,
): AsyncGenerator<M[]> {
  const queue = messages[Symbol.asyncIterator]()
  let next: Promise<IteratorResult<M>> | null = null
  let batch: M[] = []
  let gatherUntilMs = 0
  /** While a batch is gathered: one timer for all that comes. */
  let gathering: Promise<null> | null = null
  const gatherLeftMs = () => gatherUntilMs - performance.now()
  const patienceMs = () => Math.max(gatherLeftMs(), batch.at(-1)!.info.pending > 0 ? LINGER_MS : 0)
  const inTime = (coming: Promise<IteratorResult<M>>) => {
    if (gatherLeftMs() < LINGER_MS) return within(patienceMs(), coming)
    gathering ??= sleep(gatherLeftMs(), null)
    return Promise.race([coming, gathering])
  }
  for (let delivered = 0; ; ) {
    // What is here needs no timer, which would cost more than taking it.
    const isHere = next === null && (messages.getPending?.() ?? 0) > 0
    next ??= queue.next()
    const came: IteratorResult<M> | null = await (isHere || batch.length === 0 ? next : inTime(next))
    if (came !== null) {
      if (came.done || came.value.info.deliverySequence !== ++delivered) return
      next = null
      batch.push(came.value)
      if (batch.length < BATCH && patienceMs() > 0) continue
    }
    yield batch
    gatherUntilMs = performance.now() + gatherMs(batch.length)
    gathering = null
    batch = []
  }
}

/** What the promise gives, or null when that is not there in time. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), ms)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
