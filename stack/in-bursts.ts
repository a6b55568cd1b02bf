import { setTimeout as sleep } from 'node:timers/promises'
import type { ConsumerInfo } from '@nats-io/jetstream'
import { createInbox, type Msg, type NatsConnection, nanos } from '@nats-io/nats-core'
import { pullExpiresMs } from './pull.ts'
import { deliveredAs, type StreamMessage } from './stream-message.ts'

/** As much as is asked for at once. */
const BURST = 1_024
/** A server answers at once where it is not to wait: later, the request was lost, or the consumer is gone. */
const ANSWER_MS = 1_000

/** How long to wait from a burst to the next. */
export type GatherMs = () => number

interface Asked {
  readonly batch: number
  readonly no_wait?: true
  /** Nanoseconds. */
  readonly expires?: number
}

/**
 * Hands on all that a consumer has together, and then nothing for a while; where it has nothing, the next message at once.
 * Ends where one may have been missed.
 *
 * The client itself asks ahead, so that each message comes alone as it is stored, which costs server and reader more than
 * the message does.
 */
export async function* inBursts(
  nc: NatsConnection,
  consumer: ConsumerInfo,
  { gatherMs, signal }: { readonly gatherMs: GatherMs; readonly signal: AbortSignal },
): AsyncGenerator<StreamMessage[]> {
  const { ask, stop } = askerOf(nc, consumer, signal)
  try {
    for (let delivered = 0; !signal.aborted; ) {
      let messages = await ask({ batch: BURST, no_wait: true }, ANSWER_MS)
      const next = { batch: 1, expires: nanos(pullExpiresMs) }
      if (messages?.length === 0) messages = await ask(next, pullExpiresMs + ANSWER_MS)
      if (messages === null || signal.aborted) return
      if (messages.length === 0) continue
      delivered += messages.length
      // Without acknowledgements the server sends each message once: where a number is left out, one was lost.
      if (messages.at(-1)!.info.deliverySequence !== delivered) return
      yield messages
      await sleep(gatherMs(), undefined, { signal }).catch(() => {})
    }
  } finally {
    stop()
  }
}

/** As far as the client's insides matter here. */
interface Inside {
  readonly options?: { readonly inboxPrefix?: string }
}

/** What one consumer is asked, one thing at a time. */
function askerOf(nc: NatsConnection, { stream_name, name }: ConsumerInfo, signal: AbortSignal) {
  const inbox = createInbox((nc as unknown as Inside).options?.inboxPrefix)
  let came: StreamMessage[] = []
  let batch = 0
  let end: (isAnswered: boolean) => void = () => {}
  const take = (error: Error | null, message: Msg) => {
    if (error) return end(false)
    // By the inbox's own name comes how a request ended: 404 and 408 where there is no more.
    if (message.subject === inbox) return end([404, 408].includes(message.headers?.code ?? 0))
    came.push(deliveredAs(message))
    if (came.length === batch) end(true)
  }
  const answers = nc.subscribe(inbox, { callback: take })
  const abort = () => end(true)
  signal.addEventListener('abort', abort)

  /** @returns nothing once it is to stop; null where there is no answer in time, or one that says that the consumer is gone */
  async function ask(what: Asked, withinMs: number): Promise<StreamMessage[] | null> {
    if (signal.aborted) return []
    const answered = Promise.withResolvers<boolean>()
    batch = what.batch
    end = answered.resolve
    const timer = setTimeout(end, withinMs, false)
    nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream_name}.${name}`, JSON.stringify(what), { reply: inbox })
    const isAnswered = await answered.promise
    clearTimeout(timer)
    const messages = came
    came = []
    return isAnswered ? messages : null
  }

  function stop(): void {
    signal.removeEventListener('abort', abort)
    answers.unsubscribe()
  }
  return { ask, stop }
}
