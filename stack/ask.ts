import { errors, headers, type NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import { Reply } from '../protocol/commands.ts'
import { EntenteError, type ErrorCode, listErrors } from '../protocol/errors.ts'
import { TRACEPARENT } from './trace-id.ts'

const known = new Set<string>(listErrors().map(({ code }) => code))

export type Asking = {
  timeoutMs: number
  /** The error when nobody answered in that time. */
  silence: ErrorCode
  /** Of the trace that it belongs to, as W3C writes it. */
  traceparent?: string | undefined
}

/**
 * Sends a request that is answered with a `Reply`, and gives what came of it.
 *
 * @throws EntenteError the one that it was answered with, or `silence`
 */
export async function ask(nc: NatsConnection, subject: string, request: unknown, asking: Asking): Promise<Json> {
  const reply = await requestOnce(nc, subject, request, asking)
  if (reply.ok) return reply.value
  throw refusalOf(reply, subject)
}

/** What a reply says that is none; another version's code is INTERNAL. */
export function refusalOf(reply: Extract<Reply, { ok: false }>, subject: string): EntenteError {
  const { code, message, retryAfterMs } = reply
  if (known.has(code)) return new EntenteError(code as ErrorCode, message, { retryAfterMs })
  return new EntenteError('INTERNAL', `${subject} was answered ${code}: ${message}`)
}

async function requestOnce(
  nc: NatsConnection,
  subject: string,
  request: unknown,
  { timeoutMs, silence, traceparent }: Asking,
): Promise<Reply> {
  try {
    const traced = traceparent === undefined ? {} : { headers: headers() }
    traced.headers?.set(TRACEPARENT, traceparent!)
    const message = await nc.request(subject, JSON.stringify(request ?? null), { timeout: timeoutMs, ...traced })
    return Reply.parse(message.json())
  } catch (cause) {
    const isSilence = cause instanceof errors.TimeoutError || cause instanceof errors.NoRespondersError
    if (!isSilence && !(cause instanceof errors.RequestError)) throw cause
    throw new EntenteError(silence, `nobody answers ${subject}`, { cause })
  }
}
