import {
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamPublishOptions,
  jetstream,
  type PubAck,
} from '@nats-io/jetstream'
import { createInbox, errors, type Msg, type MsgHdrs, MsgHdrsImpl, type NatsConnection } from '@nats-io/nats-core'
import { readJson } from './parse-json.ts'

const usualTimeoutMs = 5_000
/** JetStream: wrong last sequence. */
const wrongLastSequence = 10071

/** Whether a stream, or a bucket, refused what was stated to follow another message than its last: somebody was there before. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === wrongLastSequence
}

/** Whether the bus carries no message of that size. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof errors.InvalidArgumentError && error.message.includes('max_payload')
}

/** As far as the client's insides matter here. */
interface Inside {
  readonly options?: { readonly inboxPrefix?: string }
}

type Options = Partial<JetStreamPublishOptions>
type Publish = JetStreamClient['publish']

/** What we say of a message that is to be stored, of all that can be said. */
const known = new Set(['msgID', 'headers', 'timeout', 'expect', 'lastSequence', 'lastSubjectSequence'])

/**
 * JetStream as the client has it, but for how messages are published: the client makes an error for each, with the stack where it
 * was made, though it was answered by then. Without, and without what its requests are besides, it costs two fifths.
 */
export function openJetstream(nc: NatsConnection): JetStreamClient {
  const js = jetstream(nc)
  const theirs = js.publish.bind(js)
  const ours = publisher(nc)
  const isOurs = ({ expect = {}, ...options }: Options) =>
    [...Object.keys(options), ...Object.keys(expect)].every(name => known.has(name))
  const publish: Publish = (subject, data, options = {}) => {
    if (options.expect?.lastSubjectSequenceSubject !== undefined) {
      const why = 'servers before 2.11 ignore lastSubjectSequenceSubject, and store what it was to keep out'
      return Promise.reject(new TypeError(why))
    }
    return (isOurs(options) ? ours : theirs)(subject, data, options)
  }
  return Object.assign(js, { publish })
}

interface Awaited {
  readonly answered: PromiseWithResolvers<PubAck>
  readonly endMs: number
  readonly subject: string
}

/** How often it is looked what was waited for too long: a timer for each would cost more than the look. */
const sweepMs = 50

/** @throws JetStreamApiError when the stream refused it; TimeoutError, NoRespondersError, ClosedConnectionError, PermissionViolationError */
function publisher(nc: NatsConnection): Publish {
  const inbox = createInbox((nc as unknown as Inside).options?.inboxPrefix)
  const awaited = new Map<string, Awaited>()
  let number = 0
  let isListening = false
  let isSweeping = false

  function settle(token: string): Awaited | undefined {
    const found = awaited.get(token)
    awaited.delete(token)
    return found
  }

  function sweep(): void {
    const nowMs = performance.now()
    for (const [token, { endMs }] of awaited) {
      if (endMs <= nowMs) settle(token)!.answered.reject(new errors.TimeoutError())
    }
    isSweeping = awaited.size > 0
    if (isSweeping) setTimeout(sweep, sweepMs)
  }

  function failAll(error: Error): void {
    for (const token of [...awaited.keys()]) settle(token)!.answered.reject(error)
  }

  function listen(): void {
    nc.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        if (error) return fallSilent(error)
        const found = settle(message.subject.slice(inbox.length + 1))
        if (found) answer(found, message)
      },
    })
    isListening = true
  }

  /** What was not allowed may be after the credentials were renewed: the next that is published listens anew. */
  function fallSilent(error: Error): void {
    isListening = false
    failAll(error)
  }

  void nc.closed().then(() => failAll(new errors.ClosedConnectionError()))

  return async (subject, data, options: Options = {}) => {
    if (!isListening) listen()
    const token = (++number).toString(36)
    // Texts of usual length share memory then; a buffer of its own for each is what collecting takes longest over.
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    nc.publish(subject, bytes, { reply: `${inbox}.${token}`, headers: headersOf(options) })
    const answered = Promise.withResolvers<PubAck>()
    awaited.set(token, { answered, subject, endMs: performance.now() + (options.timeout ?? usualTimeoutMs) })
    if (!isSweeping) {
      isSweeping = true
      setTimeout(sweep, sweepMs)
    }
    return answered.promise
  }
}

/** As the client writes them. It asks headers for nothing but their bytes, and would take longer to collect than to send them. */
function headersOf({ msgID, expect = {}, headers: given }: Options): MsgHdrs {
  const { lastSequence, lastSubjectSequence } = expect
  let text = 'NATS/1.0\r\n'
  for (const [name, values] of given ?? []) for (const value of values) text += `${name}: ${value}\r\n`
  if (msgID !== undefined) text += `Nats-Msg-Id: ${MsgHdrsImpl.validHeaderValue(msgID)}\r\n`
  if (lastSequence !== undefined) text += `Nats-Expected-Last-Sequence: ${lastSequence}\r\n`
  if (lastSubjectSequence !== undefined) text += `Nats-Expected-Last-Subject-Sequence: ${lastSubjectSequence}\r\n`
  return { encode: () => Buffer.from(`${text}\r\n`) } as unknown as MsgHdrs
}

/** As the server answers a publish. */
type Answer = Partial<PubAck> & { readonly error?: ConstructorParameters<typeof JetStreamApiError>[0] }

function answer({ answered, subject }: Awaited, { data, headers }: Msg): void {
  const { error, stream, seq, duplicate = false } = (readJson(data) ?? {}) as Answer
  if (error) answered.reject(new JetStreamApiError(error))
  else if (stream && seq) answered.resolve({ stream, seq, duplicate })
  else if (headers?.code === 503) answered.reject(new errors.NoRespondersError(subject))
  else answered.reject(new TypeError(`this is no answer to what was published on ${subject}`))
}
