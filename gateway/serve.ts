import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import type { Reply } from '../protocol/commands.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Log } from '../stack/log.ts'

/** Gateways share their requests: one of them answers each. */
const QUEUE = 'gateway'

export type Handle = (payload: unknown, subject: string) => Promise<Json>

/** Answers every request on a subject with a `Reply`: what the handler gives, or the catalogued error that it throws. */
export function serve(nc: NatsConnection, subject: string, handle: Handle, log: Log): Subscription {
  return nc.subscribe(subject, {
    queue: QUEUE,
    callback: (error, request) => {
      if (error) return log.warn({ subject, err: error }, 'a request could not be received')
      void answer(request, handle, log)
    },
  })
}

async function answer(request: Msg, handle: Handle, log: Log): Promise<void> {
  request.respond(JSON.stringify(await replyTo(request, handle, log)))
}

async function replyTo(request: Msg, handle: Handle, log: Log): Promise<Reply> {
  try {
    return { ok: true, value: await handle(payloadOf(request), request.subject) }
  } catch (error) {
    if (error instanceof EntenteError) return { ok: false, code: error.code, message: error.message }
    log.error({ subject: request.subject, err: error }, 'a request failed')
    return { ok: false, code: 'INTERNAL', message: 'the gateway failed; its log says why' }
  }
}

function payloadOf(request: Msg): unknown {
  if (request.data.length === 0) return null
  try {
    return request.json()
  } catch {
    throw new EntenteError('COMMAND_INVALID', 'the request is not JSON')
  }
}
