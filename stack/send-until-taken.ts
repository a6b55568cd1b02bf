import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import { EntenteError, type ErrorCode } from '../protocol/errors.ts'
import type { subjects } from '../protocol/subjects.ts'
import { sendCommand } from './send-command.ts'

/** Said of what is asked for by nobody's fault: there is no room for it yet. */
const noRoom: ReadonlySet<ErrorCode> = new Set(['DOMAIN_OVER_QUOTA', 'COORDINATORS_FULL'])
const [firstWaitMs, longestWaitMs] = [250, 30_000]

/**
 * Sends a command as `sendCommand` does, and the very same again as long as there is no room for it: after the time that
 * the coordinators name, or longer with every refusal, and at a moment drawn by lot, lest all who wait come back together.
 *
 * @param untilMs when to stop trying
 * @throws EntenteError DOMAIN_OVER_QUOTA, COORDINATORS_FULL when there was no room until then; others as they come
 */
export async function sendUntilTaken(
  nc: NatsConnection,
  name: Parameters<typeof subjects.command>[0],
  command: object,
  { untilMs }: { readonly untilMs: number },
): Promise<Json> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await sendCommand(nc, name, command)
    } catch (error) {
      if (!(error instanceof EntenteError) || !noRoom.has(error.code)) throw error
      const pauseMs = Math.max(waitMs, error.retryAfterMs ?? 0) * (1 + Math.random() / 2)
      if (Date.now() + pauseMs > untilMs) throw error
      await sleep(pauseMs)
    }
  }
}
