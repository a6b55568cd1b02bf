import { errors, type NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import { Reply } from '../protocol/commands.ts'
import { EntenteError, type ErrorCode, listErrors } from '../protocol/errors.ts'
import { subjects } from '../protocol/subjects.ts'

const timeoutMs = 10_000
const known = new Set<string>(listErrors().map(({ code }) => code))

/**
 * Sends a command to whichever coordinator takes it, and gives what came of it.
 *
 * @throws EntenteError COORDINATOR_SILENT, or the error that the coordinator answered with
 */
export async function sendCommand(
  nc: NatsConnection,
  name: Parameters<typeof subjects.command>[0],
  command: object,
): Promise<Json> {
  const reply = await request(nc, subjects.command(name), command)
  if (reply.ok) return reply.value
  if (known.has(reply.code)) throw new EntenteError(reply.code as ErrorCode, reply.message)
  throw new EntenteError('INTERNAL', `the coordinator answered ${reply.code}: ${reply.message}`)
}

async function request(nc: NatsConnection, subject: string, command: object): Promise<Reply> {
  try {
    const message = await nc.request(subject, JSON.stringify(command), { timeout: timeoutMs })
    return Reply.parse(message.json())
  } catch (cause) {
    const silent = cause instanceof errors.RequestError || cause instanceof errors.TimeoutError
    if (!silent) throw cause
    throw new EntenteError('COORDINATOR_SILENT', 'no coordinator answered', { cause })
  }
}
