import { AckPolicy, type JetStreamClient, type JetStreamManager, type JsMsg } from '@nats-io/jetstream'
import { nanos } from '@nats-io/nats-core'
import type { Log } from '../stack/log.ts'
import { pullExpiresMs } from '../stack/pull.ts'
import { InTurn } from './in-turn.ts'

/** The lease of a coordinator on a message: so long after it died another takes the message up. */
const ackWaitMs = 3_000
const heartbeatMs = 1_000
const retryMs = 500

export interface Consume {
  readonly stream: string
  readonly durable: string
  readonly subject: string
  /** Messages with the same key are taken one after the other. */
  readonly keyOf: (message: JsMsg) => string
  /** Done when it returns; to be tried again when it throws. */
  readonly take: (message: JsMsg) => Promise<void>
}

/**
 * Takes messages of a stream from a consumer that all coordinators share: each message goes to one of them, and to
 * another if that one dies before it is done.
 */
export async function consume(
  { js, jsm, log }: { js: JetStreamClient; jsm: JetStreamManager; log: Log },
  { stream, durable, subject, keyOf, take }: Consume,
): Promise<{ stop(): Promise<void> }> {
  await jsm.consumers.add(stream, {
    durable_name: durable,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: 4_096,
  })
  const consumer = await js.consumers.get(stream, durable)
  const messages = await consumer.consume({ max_messages: 500, expires: pullExpiresMs })
  const turns = new InTurn()
  const held = new Map<JsMsg, Promise<void>>()
  const heartbeat = setInterval(() => {
    for (const message of held.keys()) message.working()
  }, heartbeatMs)
  const takeOne = async (message: JsMsg) => {
    try {
      await take(message)
      message.ack()
    } catch (error) {
      log.warn({ err: error, subject: message.subject }, 'will be tried again')
      message.nak(retryMs)
    }
  }
  const pump = (async () => {
    for await (const message of messages) {
      const done = turns.run(keyOf(message), () => takeOne(message)).finally(() => held.delete(message))
      held.set(message, done)
    }
  })()
  return {
    async stop() {
      messages.stop()
      await pump
      await Promise.allSettled(held.values())
      clearInterval(heartbeat)
    },
  }
}
