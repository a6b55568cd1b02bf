import { errors, headers, type NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Json } from '../protocol/canonical.ts'
import { Reply } from '../protocol/commands.ts'
import { EntenteError, type ErrorCode, listErrors } from '../protocol/errors.ts'
import { isTooLarge } from './publish.ts'
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
 * @throws EntenteError the one that it was answered with, PAYLOAD_TOO_LARGE, or `silence`
 */
export async function ask(nc: NatsConnection, subject: string, request: unknown, asking: Asking): Promise<Json> {
  const reply = Reply.parse(await requestOnce(nc, subject, JSON.stringify(request ?? null), asking))
  if (reply.ok) return reply.value
  throw refusalOf(reply, subject)
}

const Replies = z.object({ ok: z.literal(true), value: z.array(Reply) })

/**
 * Sends a request that is a list, and is answered with a list of `Reply`: one for each, in their order.
 *
 * @param items each as JSON
 * @returns of each what it was answered with, or the error that says no
 * @throws EntenteError when the request as a whole was refused, or `silence`
 */
export async function askMany(
  nc: NatsConnection,
  subject: string,
  items: readonly string[],
  asking: Asking,
): Promise<(Json | EntenteError)[]> {
  const answered = await requestOnce(nc, subject, `[${items.join(',')}]`, asking)
  const replies = Replies.safeParse(answered).data?.value
  if (replies?.length === items.length) return replies.map(each => (each.ok ? each.value : refusalOf(each, subject)))
  const reply = Reply.parse(answered)
  if (!reply.ok) throw refusalOf(reply, subject)
  throw new EntenteError('INTERNAL', `${subject} did not answer for each of ${items.length}`)
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
  text: string,
  { timeoutMs, silence, traceparent }: Asking,
): Promise<unknown> {
  try {
    const traced = traceparent === undefined ? {} : { headers: headers() }
    traced.headers?.set(TRACEPARENT, traceparent!)
    return (await nc.request(subject, text, { timeout: timeoutMs, ...traced })).json()
  } catch (cause) {
    if (isTooLarge(cause)) {
      throw new EntenteError('PAYLOAD_TOO_LARGE', `the bus does not carry ${Buffer.byteLength(text)} bytes`, { cause })
    }
    const isSilence = cause instanceof errors.TimeoutError || cause instanceof errors.NoRespondersError
    if (!isSilence && !(cause instanceof errors.RequestError)) throw cause
    throw new EntenteError(silence, `nobody answers ${subject}`, { cause })
  }
}
