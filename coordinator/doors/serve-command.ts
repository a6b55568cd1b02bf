import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Json } from '../../protocol/canonical.ts'
import type { Reply } from '../../protocol/commands.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Log } from '../../stack/log.ts'

/**
 * Serves one command: one coordinator of all takes each request, checks its form, and replies with the outcome or a
 * catalogued error. A fault of our own says only that it is one; the log has the rest.
 */
export function serveCommand<T>(
  { nc, log }: { nc: NatsConnection; log: Log },
  subject: string,
  schema: z.ZodType<T>,
  carryOut: (command: T) => Promise<Json>,
): { stop(): Promise<void> } {
  const subscription = nc.subscribe(subject, { queue: 'coordinator' })
  const pump = (async () => {
    for await (const message of subscription) {
      void replyTo(message.data, schema, carryOut, log).then(reply => message.respond(JSON.stringify(reply)))
    }
  })()
  return {
    async stop() {
      await subscription.drain()
      await pump
    },
  }
}

async function replyTo<T>(
  data: Uint8Array,
  schema: z.ZodType<T>,
  carryOut: (command: T) => Promise<Json>,
  log: Log,
): Promise<Reply> {
  try {
    return { ok: true, value: await carryOut(parse(data, schema)) }
  } catch (error) {
    if (error instanceof EntenteError) return { ok: false, code: error.code, message: error.message }
    log.error({ err: error }, 'a command failed')
    return { ok: false, code: 'INTERNAL', message: 'the coordinator failed; its log says why' }
  }
}

function parse<T>(data: Uint8Array, schema: z.ZodType<T>): T {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(data).toString('utf8'))
  } catch (cause) {
    throw new EntenteError('COMMAND_INVALID', 'the command is not JSON', { cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new EntenteError('COMMAND_INVALID', z.prettifyError(parsed.error))
}
