import { setTimeout as sleep } from 'node:timers/promises'
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream'
import { type NatsConnection, nanos } from '@nats-io/nats-core'
import type { Log } from '../stack/log.ts'

const ABANDONED_AFTER_MS = 60_000
const RETRY_MS = 250

export interface StreamReader {
  /** Resolved when everything that was in the stream at the start has been taken. */
  readonly caughtUp: Promise<void>
  stop(): Promise<void>
}

export interface StreamOptions {
  readonly stream: string
  readonly subject: string
  readonly take: (message: JsMsg) => void
  readonly log: Log
}

/**
 * Reads a stream from its beginning, each message once and in order, and goes on with what comes. The consumer behind
 * it is disposable: when the server forgets it, the next begins after the last message taken.
 */
export function followStream(nc: NatsConnection, { stream, subject, take, log }: StreamOptions): StreamReader {
  const caughtUp = Promise.withResolvers<void>()
  let nextSeq = 1
  let messages: ConsumerMessages | undefined
  let stopped = false

  async function read(): Promise<void> {
    const jsm = await jetstreamManager(nc, { checkAPI: false })
    // Not the client's ordered pull consumer: client 3.4 cannot make one on nats-server 2.9.
    const consumer = await jsm.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: nextSeq,
      filter_subject: subject,
      inactive_threshold: nanos(ABANDONED_AFTER_MS),
      mem_storage: true,
    })
    if (consumer.num_pending === 0) caughtUp.resolve()
    messages = await jetstream(nc).consumers.getConsumerFromInfo(consumer).consume({ abort_on_missing_resource: true })
    if (stopped) return messages.stop()
    for await (const message of messages) {
      take(message)
      nextSeq = message.seq + 1
      if (message.info.pending === 0) caughtUp.resolve()
    }
  }

  const reading = (async () => {
    while (!stopped) {
      await read().catch((error: unknown) => {
        if (!stopped) log.warn({ error, stream, nextSeq }, 'reading the stream anew')
      })
      if (!stopped) await sleep(RETRY_MS)
    }
  })()

  return {
    caughtUp: caughtUp.promise,
    async stop() {
      stopped = true
      messages?.stop()
      await reading
    },
  }
}
