import { setTimeout as sleep } from 'node:timers/promises'
import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg, ReplayPolicy } from '@nats-io/jetstream'
import { nanos } from '@nats-io/nats-core'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { listenerConsumer } from '../../protocol/chain-listener.ts'
import { subjectOfFilter, wants } from '../../protocol/event-filter.ts'
import { streams } from '../../protocol/subjects.ts'
import { keepDeadLetter } from '../../stack/dead-letters.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { pullExpiresMs } from '../../stack/pull.ts'
import { attempt } from './attempt.ts'
import type { Ground } from './ground.ts'
import type { Listener } from './listener.ts'
import { pauseMs } from './pause.ts'

/** So long after a gateway died over an event another takes it up. */
const ACK_WAIT_MS = 3_000
const HEARTBEAT_MS = 1_000
const RETRY_MS = 250

/**
 * Tells one listener of the events that it wants, one after the other, until the signal aborts or the listener is removed.
 * Gateways share its durable consumer, which gives out one event at a time: none is sent before the one ahead of it was
 * taken or given up, whoever sends it.
 *
 * @param hurry breaks off the attempt under way
 */
export async function deliver(ground: Ground, id: string, signal: AbortSignal, hurry: AbortSignal): Promise<void> {
  const { log } = ground
  // Of an event that was taken, while that could not be recorded: it comes again, and is not sent again.
  let taken = 0
  while (!signal.aborted) {
    try {
      const listener = await ground.book.find(id)
      if (listener === null) return
      for await (const message of eventsFor(ground, listener, signal)) {
        if (await deliverOne(ground, listener, message, { taken, hurry })) taken = message.seq
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error, listener: id }, 'a listener is told later')
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
  }
}

/** Ends, without an error, when the consumer is gone, or may be. */
async function* eventsFor({ js, jsm, book }: Ground, listener: Listener, signal: AbortSignal): AsyncGenerator<JsMsg> {
  const { id, firstSequence } = listener
  const durable_name = listenerConsumer(id)
  await jsm.consumers.add(streams.chainEvents, {
    durable_name,
    filter_subject: subjectOfFilter(listener.events),
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: firstSequence,
    replay_policy: ReplayPolicy.Instant,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    // This is what keeps the order.
    max_ack_pending: 1,
  })
  // Removed in between: the consumer that was just made would stay behind.
  if ((await book.find(id)) === null) await jsm.consumers.delete(streams.chainEvents, durable_name)
  const consumer = await js.consumers.get(streams.chainEvents, durable_name)
  const messages = await consumer.consume({ max_messages: 1, expires: pullExpiresMs })
  const stop = () => messages.stop()
  signal.addEventListener('abort', stop, { once: true })
  void stopWhenLost(messages)
  try {
    // A signal that came before the line above is heard by nobody.
    if (!signal.aborted) yield* messages
  } finally {
    signal.removeEventListener('abort', stop)
    messages.stop()
  }
}

async function stopWhenLost(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === 'heartbeats_missed' || type === 'consumer_not_found' || type === 'consumer_deleted') messages.stop()
  }
}

/** True when the listener has the event. */
async function deliverOne(
  ground: Ground,
  listener: Listener,
  message: JsMsg,
  { taken, hurry }: { taken: number; hurry: AbortSignal },
): Promise<boolean> {
  const { seq: sequence, info } = message
  const event = parseJson(ChainEvent, message.data)
  if (event === null || !wants(listener.events, event)) {
    message.ack()
    return false
  }
  const heartbeat = setInterval(() => message.working(), HEARTBEAT_MS)
  try {
    if (sequence !== taken) await attempt(ground, listener, { event, sequence }, hurry)
  } catch (error) {
    // Stopping is no failure of the listener's: whoever comes next begins at once.
    if (hurry.aborted) message.nak()
    else if (info.deliveryCount >= listener.attempts) await giveUp(ground, listener, message, error)
    else message.nak(putOff(ground, listener, message, error))
    return false
  } finally {
    clearInterval(heartbeat)
  }
  // Not recorded, it comes again, to be recorded then.
  await message.ackAck().catch(() => {})
  return true
}

/** How long the next attempt waits. */
function putOff({ limits, log }: Ground, { id }: Listener, { seq, info }: JsMsg, error: unknown): number {
  const waitMs = pauseMs(limits, info.deliveryCount, error)
  const { message: cause } = error as Error
  log.warn({ listener: id, seq, tries: info.deliveryCount, cause }, `a listener is told again in ${waitMs} ms`)
  return waitMs
}

/** Lets the next event go ahead, once this one is kept as a dead letter. */
async function giveUp({ js, book, log }: Ground, { id }: Listener, message: JsMsg, error: unknown): Promise<void> {
  const { subject, seq, info } = message
  // Of a listener that was removed meanwhile nothing is kept.
  if ((await book.find(id)) === null) return
  const consumer = listenerConsumer(id)
  const { message: cause } = error as Error
  const letter = {
    stream: streams.chainEvents,
    streamSequence: seq,
    consumer,
    subject,
    payload: Buffer.from(message.data).toString('base64'),
    cause,
    attempts: info.deliveryCount,
    atMs: Date.now(),
  }
  await keepDeadLetter(js, letter, consumer)
  await message.ackAck().catch(() => {})
  log.error({ listener: id, seq, cause }, 'dead letter: a listener did not take an event')
}
