import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { LRUCache } from 'lru-cache'
import type { Hex } from '../../protocol/hash.ts'
import type { Pipeline } from '../pipeline.ts'
import type { TreeLimits } from './tree-limits.ts'

/** Where a batch is in the stream, and of how many items. */
export interface Place {
  readonly seq: number
  readonly items: number
}

/** What anchoring works with. */
export interface Ground {
  readonly nc: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly limits: TreeLimits
  readonly pipeline: Pipeline
  /** Of batches that were stored or asked for lately, by their ids. */
  readonly places: LRUCache<Hex, Place>
}
