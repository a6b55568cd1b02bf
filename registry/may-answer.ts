import type { Permissions } from '@nats-io/jwt'
import { nanos } from '@nats-io/nats-core'

/** nats-server goes through all that it keeps for a connection with each message, once it keeps more than this (`replyPermLimit`). */
export const keptWithoutLooking = 4_096

/**
 * Lets a connection answer whoever asks it something: once, and soon. For so long the server keeps the reply subject of every message that it
 * delivers to it, also of those that nobody answers, as all of a stream are: a connection that is delivered more than
 * `keptWithoutLooking` in that time has each message cost as much as all of them.
 */
export function mayAnswer(withinMs: number): Pick<Permissions, 'resp'> {
  return { resp: { max: 1, ttl: nanos(withinMs) } }
}
