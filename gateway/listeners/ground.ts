import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Log } from '../../stack/log.ts'
import type { Book } from './book.ts'
import type { Post } from './post.ts'
import type { Reach } from './reach.ts'

/** What deliveries and doors work with. */
export interface Ground {
  readonly nc: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly book: Book
  readonly post: Post
  readonly reach: Reach
  readonly limits: DeliveryLimits
  readonly log: Log
}

export interface DeliveryLimits {
  /** An attempt without an answer after this has failed. */
  readonly attemptMs: number
  /** The pause after the first attempt; each is twice as long as the one before. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
}

export const deliveryLimits: DeliveryLimits = { attemptMs: 10_000, firstPauseMs: 500, longestPauseMs: 60_000 }
