import type { NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import { subjects } from '../protocol/subjects.ts'
import { ask } from './ask.ts'

const timeoutMs = 10_000

/**
 * Sends a command to whichever coordinator takes it, and gives what came of it.
 *
 * @throws EntenteError COORDINATOR_SILENT, or the error that the coordinator answered with
 */
export function sendCommand(
  nc: NatsConnection,
  name: Parameters<typeof subjects.command>[0],
  command: object,
): Promise<Json> {
  return ask(nc, subjects.command(name), command, { timeoutMs, silence: 'COORDINATOR_SILENT' })
}
