import type { Msg, MsgHdrs, NatsConnection, Subscription } from '@nats-io/nats-core'
import type { z } from 'zod'
import type { Json } from '../protocol/canonical.ts'
import type { Reply } from '../protocol/commands.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Log } from './log.ts'

export type Service<T> = {
  subject: string
  /** Who serves under one name shares the requests: one of them answers each. Without one, all answer. */
  queue?: string
  schema: z.ZodType<T>
  log: Log
}

export type Handle<T> = (request: T, subject: string, headers?: MsgHdrs) => Promise<Json>

/**
 * Answers every request on a subject with a `Reply`: what the handler gives, or the catalogued error that it throws. A
 * request that the schema does not take is answered COMMAND_INVALID with every field that is wrong; a fault of our own
 * says only that it is one, and the log has the rest.
 */
export function serve<T>(nc: NatsConnection, service: Service<T>, handle: Handle<T>): Subscription {
  const { subject, queue, log } = service
  return nc.subscribe(subject, {
    ...(queue !== undefined && { queue }),
    callback: (error, message) => {
      if (error) return log.warn({ subject, err: error }, 'a request could not be received')
      void replyTo(message, service, handle).then(reply => message.respond(JSON.stringify(reply)))
    },
  })
}

function replyTo<T>(message: Msg, { schema, ...door }: Service<T>, handle: Handle<T>): Promise<Reply> {
  return answer({ ...door, subject: message.subject }, async () =>
    handle(parseAs(schema, readJson(message)), message.subject, message.headers),
  )
}

/** What the work gives, or the catalogued error that it throws, as a `Reply`. Never rejects. */
export async function answer(
  { subject, queue, log }: Omit<Service<never>, 'schema'>,
  work: () => Promise<Json>,
): Promise<Reply> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    if (error instanceof EntenteError) {
      const { code, message, retryAfterMs } = error
      return { ok: false, code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
    }
    log.error({ subject, err: error }, 'a request failed')
    return { ok: false, code: 'INTERNAL', message: `the ${queue ?? 'service'} failed; its log says why` }
  }
}

/** @throws EntenteError COMMAND_INVALID, with every field that is wrong */
export function parseAs<T>(schema: z.ZodType<T>, request: unknown): T {
  const parsed = schema.safeParse(request)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(issue => `${issue.path.join('.') || 'the request'}: ${issue.message}`)
  throw new EntenteError('COMMAND_INVALID', problems.join('; '))
}

function readJson(message: Msg): unknown {
  if (message.data.length === 0) return null
  try {
    return message.json()
  } catch {
    throw new EntenteError('COMMAND_INVALID', 'the request is not JSON')
  }
}
