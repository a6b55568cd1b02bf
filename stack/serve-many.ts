import type { NatsConnection, Subscription } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Json } from '../protocol/canonical.ts'
import type { Reply } from '../protocol/commands.ts'
import { cutText } from '../protocol/cut-text.ts'
import { answer, type Handle, parseAs, type Service, serve } from './serve.ts'

/** So much of why one was refused is said: that many such answers fit into a message of any bus. */
const MOST_WHY = 300

/** Of each in a list; and how many a list may have. */
export type ManyService<T> = Service<T> & { readonly most: number }

/**
 * Answers requests that are lists: what `serve` would answer each item alone, in their order. They are all begun at once, and one
 * that is refused takes none along. A list that is empty, or too long, is refused as a whole: COMMAND_INVALID.
 */
export function serveMany<T>(nc: NatsConnection, service: ManyService<T>, handle: Handle<T>): Subscription {
  const { most, schema, ...door } = service
  const list = z.array(z.unknown()).min(1).max(most, `at most ${most} in one request`)
  return serve(nc, { ...door, schema: list }, async (items, subject, headers) => {
    const replies = items.map(item =>
      answer({ ...door, subject }, async () => handle(parseAs(schema, item), subject, headers)),
    )
    return (await Promise.all(replies)).map(inBrief)
  })
}

function inBrief(reply: Reply): Json {
  return (reply.ok ? reply : { ...reply, message: cutText(reply.message, MOST_WHY) }) as Json
}
