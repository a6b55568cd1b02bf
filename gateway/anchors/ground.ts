import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Pipeline } from '../pipeline.ts'

/** When a tree is closed. */
export interface TreeLimits {
  /** It has so many items: those of one batch stay together, so it may have a few more... */
  readonly items: number
  /** ...or its first has waited so long. */
  readonly ms: number
}

/** What anchoring works with. */
export interface Ground {
  readonly nc: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly limits: TreeLimits
  readonly pipeline: Pipeline
}
