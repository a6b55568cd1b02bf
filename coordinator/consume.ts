import { AckPolicy, type JetStreamClient, type JetStreamManager, type JsMsg } from '@nats-io/jetstream'
import { nanos } from '@nats-io/nats-core'
import { EntenteError } from '../protocol/errors.ts'
import { keepDeadLetter } from '../stack/dead-letters.ts'
import type { Log } from '../stack/log.ts'
import { pullExpiresMs } from '../stack/pull.ts'
import { InTurn } from './in-turn.ts'
import { retryWaitMs } from './retry-wait.ts'

/** The lease of a coordinator on a message: so long after it died another takes the message up. */
const ackWaitMs = 3_000
const heartbeatMs = 1_000
const longestRetryMs = 16_000
/** About half a minute of tries. */
const giveUpAfter = 8

/** A message of the stream; one that was kept as a dead letter has no time. */
export type Taken = Pick<JsMsg, 'subject' | 'data'> & Partial<Pick<JsMsg, 'headers' | 'time'>>

/** Done when it returns; to be tried again when it throws. */
export type Take = (message: Taken) => Promise<void>

export interface Consume {
  readonly stream: string
  readonly durable: string
  readonly subject: string
  /** Messages with the same key are taken one after the other. */
  readonly keyOf: (message: JsMsg) => string
  /** A message that it fails on each time becomes a dead letter: after some tries, or at once when none can help. */
  readonly take: Take
}

interface Ground {
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly log: Log
}

/**
 * Takes messages of a stream from a consumer that all coordinators share: each message goes to one of them, and to
 * another if that one dies before it is done.
 */
export async function consume(ground: Ground, options: Consume): Promise<{ take: Take; stop(): Promise<void> }> {
  const { js, jsm } = ground
  const { stream, durable, subject, keyOf } = options
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
  const pump = (async () => {
    for await (const message of messages) {
      const takeOne = () => takeOrGiveUp(ground, options, message)
      const done = turns.run(keyOf(message), takeOne).finally(() => held.delete(message))
      held.set(message, done)
    }
  })()
  return {
    take: options.take,
    async stop() {
      messages.stop()
      await pump
      await Promise.allSettled(held.values())
      clearInterval(heartbeat)
    },
  }
}

async function takeOrGiveUp(ground: Ground, options: Consume, message: JsMsg): Promise<void> {
  const { log } = ground
  const { subject } = message
  try {
    await options.take(message)
    message.ack()
  } catch (error) {
    const tries = message.info.deliveryCount
    const hopeless = tries >= giveUpAfter || (error instanceof EntenteError && !error.retry)
    if (hopeless && (await isKept(ground, options, message, error))) return
    const waitMs = retryWaitMs(tries, longestRetryMs)
    log.warn({ err: error, subject, tries }, `will be tried again in ${waitMs} ms`)
    message.nak(waitMs)
  }
}

/** Gives a message up, once it is kept as a dead letter; while it cannot be kept it is not given up. */
async function isKept(
  { js, log }: Ground,
  { stream, durable }: Consume,
  message: JsMsg,
  error: unknown,
): Promise<boolean> {
  const { subject, seq, info } = message
  const cause = error instanceof Error ? error.message : String(error)
  try {
    await keepDeadLetter(js, {
      stream,
      streamSequence: seq,
      consumer: durable,
      subject,
      payload: Buffer.from(message.data).toString('base64'),
      cause,
      attempts: info.deliveryCount,
      atMs: Date.now(),
    })
    message.ack()
    log.error({ err: error, subject, seq }, 'dead letter: nobody could act on it')
    return true
  } catch (failure) {
    log.error({ err: failure, subject, seq }, 'a dead letter could not be kept')
    return false
  }
}
