import type { NatsConnection } from '@nats-io/nats-core'
import type { Kysely } from 'kysely'
import type { Views } from '../coordinator/views/schema.ts'
import type { ChainAccess } from '../registry/contracts/open-governance.ts'
import type { FollowedParameters } from '../registry/follow-parameters.ts'
import type { Supervision } from '../stack/supervision.ts'
import type { ApiKeys } from './api-keys.ts'
import type { PageCache } from './page-cache.ts'
import type { Signer } from './signer.ts'

/** What the routes work with. */
export type Surroundings = {
  readonly nc: NatsConnection
  /** Read only: the read model is the coordinator's to write. */
  readonly db: Kysely<Views>
  readonly keys: ApiKeys
  /** What was answered from the read model. */
  readonly pages: PageCache
  /** The operator's own key: decisions are signed with it. */
  readonly signer: Signer
  /** A node, to be read: what code is where, and what governance would have to sign. */
  readonly chain: Pick<ChainAccess, 'read'>
  /** What the consortium has set. */
  readonly parameters: Omit<FollowedParameters, 'stop'>
  readonly limits: Limits
  /** What a regulator may read. */
  readonly supervision: Pick<Supervision, 'current'>
  /** Takes one of the places that live streams have, for a key, and gives the function that frees it. */
  readonly takeSlot: (keyId: string) => () => void
  /** Aborts when the API stops: what streams must end. */
  readonly stopping: AbortSignal
}

export type Limits = {
  /** Requests of one key, or of one address without a key, in a minute. */
  readonly requestsPerMinute: number
  readonly bodyBytes: number
  /** Open streams of events of one key, and of all: server-sent events and WebSockets together. */
  readonly streamsPerKey: number
  readonly streams: number
  /** Silence on an event stream after which a heartbeat goes out, so that nobody in between takes it for dead. */
  readonly heartbeatMs: number
  /** What is held back for a WebSocket that reads slower than events come... */
  readonly heldBytes: number
  /** ...and how long that may take to get rid of before it is closed. */
  readonly slowMs: number
  /** How long Redis is waited for where a page may be kept: it is nearer than the database, or of no use. */
  readonly redisMs: number
}

export const defaultLimits: Limits = {
  requestsPerMinute: 600,
  // What the bus carries in one message, less room for the envelope.
  bodyBytes: 7 * 1024 * 1024,
  streamsPerKey: 16,
  streams: 256,
  heartbeatMs: 15_000,
  heldBytes: 1024 * 1024,
  slowMs: 10_000,
  redisMs: 50,
}
