import {
  AckPolicy,
  type ConsumerInfo,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamManager,
  type JsMsg,
  jetstreamManager,
} from '@nats-io/jetstream'
import { type NatsConnection, nanos } from '@nats-io/nats-core'
import { inBatches } from './in-batches.ts'
import { type GatherMs, inBursts } from './in-bursts.ts'
import { Inbox } from './inbox.ts'
import { pullExpiresMs } from './pull.ts'
import type { StreamMessage } from './stream-message.ts'

/** Asked for ahead. The client asks again each time that a quarter of them has come. */
const PULL = 1_024
// The server forgets a reader that is gone; one that lives asks at least twice in this time.
const INACTIVE_MS = 60_000

export type StreamPlace = {
  stream: string
  /** Sequence of the last message that is not wanted any more; 0 begins at the beginning. */
  after: number
  /** Only messages of this subject; wildcards as NATS has them. */
  subject?: string
  /** From the beginning, only the last message that each subject has now. */
  lastOnly?: boolean
  /** Without the messages' contents. */
  headersOnly?: boolean
  /** For readers to whom many messages cost about as much as one, and who can wait so long from some to the next. */
  gatherMs?: GatherMs
  signal: AbortSignal
}

/**
 * Reads a stream from a place on, and then goes on with what comes, until the signal aborts. Batches hold what was
 * there at once, so a reader that is behind gets large ones and one that is up to date gets each message as it comes.
 * Where there is nothing to read yet, the first batch is empty.
 *
 * Ends early, without an error, when messages may have been missed (a lost connection, a consumer that the server
 * forgot): begin again after the last message that was processed. The client's ordered consumer does the same by itself,
 * but fails with nats-server 2.9.
 */
export async function* readStream(nc: NatsConnection, place: StreamPlace): AsyncGenerator<StreamMessage[]> {
  const { stream, signal, gatherMs } = place
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const consumer = await addReader(jsm, place)
  try {
    // The signal may have come while the consumer was made; a listener that is added after it is never called.
    if (signal.aborted) return
    if (consumer.num_pending === 0) yield []
    yield* gatherMs ? inBursts(nc, consumer, { gatherMs, signal }) : asTheyCome(jsm, consumer, signal)
  } finally {
    // It may be gone already, or the connection with it; the server then forgets it by itself.
    if (!nc.isClosed()) await jsm.consumers.delete(stream, consumer.name).catch(() => {})
  }
}

async function* asTheyCome(jsm: JetStreamManager, info: ConsumerInfo, signal: AbortSignal): AsyncGenerator<JsMsg[]> {
  const consumer = jsm.jetstream().consumers.getConsumerFromInfo(info)
  const inbox = new Inbox<JsMsg>()
  const callback = (message: JsMsg) => inbox.put(message)
  const messages = await consumer.consume({ max_messages: PULL, expires: pullExpiresMs, callback })
  void messages.closed().then(error => inbox.end(error || undefined))
  const stop = () => messages.stop()
  signal.addEventListener('abort', stop, { once: true })
  void stopWhenLost(messages)
  try {
    if (!signal.aborted) yield* inBatches(inbox)
  } finally {
    signal.removeEventListener('abort', stop)
    messages.stop()
  }
}

/** Sequence of the last message of a subject that is in a stream now; 0 when there is none. */
export async function endOf(
  jsm: JetStreamManager,
  { stream, subject }: { stream: string; subject: string },
): Promise<number> {
  return (await jsm.streams.getMessage(stream, { last_by_subj: subject }))?.seq ?? 0
}

function addReader(jsm: JetStreamManager, place: StreamPlace): Promise<ConsumerInfo> {
  const { stream, after, subject, lastOnly = false, headersOnly = false } = place
  const from =
    lastOnly && after === 0
      ? { deliver_policy: DeliverPolicy.LastPerSubject }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }
  return jsm.consumers.add(stream, {
    ...from,
    ack_policy: AckPolicy.None,
    headers_only: headersOnly,
    inactive_threshold: nanos(INACTIVE_MS),
    mem_storage: true,
    ...(subject === undefined ? {} : { filter_subject: subject }),
  })
}

async function stopWhenLost(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === 'heartbeats_missed' || type === 'consumer_not_found' || type === 'consumer_deleted') messages.stop()
  }
}
