import { z } from 'zod'
import { EventFilter } from './event-filter.ts'

/** Names a listener; says nothing of it. */
const ListenerId = z.string().regex(/^[0-9a-f]{12}$/, 'an id of 12 hexadecimal digits, as the list shows it')

/** What is asked of a new listener, a webhook that is told of chain events. */
export const AddListener = z.object({
  /** Where to, `http` or `https`. A user or password in it would go into logs of others, and is refused. */
  url: z
    .string()
    .max(2_048)
    .refine(isWebhookUrl, 'a URL that begins with http:// or https://, without user, password or fragment'),
  events: EventFilter.default([]),
  /** The first block whose events it gets, or those from now on. */
  from: z.union([z.literal('now'), z.int().min(0)]).default('now'),
  /** How often an event is tried in all before it becomes a dead letter. */
  attempts: z.int().min(1).max(50).default(10),
})
export type AddListener = z.infer<typeof AddListener>

/** The answer to it; the secret is shown here, and never again. */
export const ListenerAdded = z.object({ id: ListenerId, secret: z.string() })
export type ListenerAdded = z.infer<typeof ListenerAdded>

export const NamedListener = z.object({ id: ListenerId })
export type NamedListener = z.infer<typeof NamedListener>

/** One more try of one of a listener's dead letters, by its place in the stream of them. */
export const RetryDelivery = z.object({ id: ListenerId, sequence: z.int().min(1) })
export type RetryDelivery = z.infer<typeof RetryDelivery>

/** A listener and how far it is. */
export const ListenerStatus = z.object({
  id: ListenerId,
  url: z.string(),
  events: z.array(z.string()),
  attempts: z.int(),
  createdAtMs: z.int(),
  /** All events up to this one, by its place in the stream, are delivered, given up, or not asked for. */
  doneUpTo: z.int(),
  /** Events after that, also of kinds that it did not ask for. */
  waiting: z.int(),
  /** How many of its events were given up. */
  dead: z.int(),
})
export type ListenerStatus = z.infer<typeof ListenerStatus>

/** The durable consumer that holds what a listener has still to be told. */
export const listenerConsumer = (id: string) => `listener-${id}`

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, hash } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === ''
}
