import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import type { FollowedDirectory } from '../../registry/follow-directory.ts'
import type { PolicyInForce } from '../../registry/policy/in-force.ts'
import type { CarryOut } from '../../stack/carry-out.ts'
import type { Log } from '../../stack/log.ts'
import type { ActedOn } from '../acted-on.ts'
import type { Ahead } from '../ahead.ts'
import type { Handle } from '../handle.ts'
import type { Hearing } from '../hearing.ts'
import type { Homes } from '../homes.ts'
import type { Keeper } from '../keeper.ts'
import type { LeafWriter } from '../leaf-writer.ts'
import type { TaskLog } from '../log/task-log.ts'
import type { ModelEndpoint } from '../model/ask-model.ts'
import type { GoldRecords } from '../room/gold-records.ts'
import type { Offers } from '../room/offers.ts'
import type { OpenTasks } from '../room/open-tasks.ts'
import type { Proofs } from './proofs.ts'

/** What effects may touch. */
export interface World {
  readonly nc: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly log: Log
  readonly tasks: TaskLog
  readonly handle: Handle
  /** Who this coordinator is in the stamps of its entries. */
  readonly writer: string
  readonly homes: Homes
  readonly hearing: Hearing
  readonly ahead: Ahead
  readonly carryOut: CarryOut
  readonly actedOn: ActedOn
  readonly directory: FollowedDirectory
  readonly keeper: Keeper
  readonly leaves: LeafWriter
  readonly offers: Offers
  readonly openTasks: OpenTasks
  readonly goldRecords: GoldRecords
  readonly policies: PolicyInForce
  readonly proofs: Proofs
  /** Asked for another plan where an order permits that; null where none is configured. */
  readonly model: ModelEndpoint | null
  readonly chain: ChainInfo
  readonly domain: SigningDomain
  /** Signs settlements and checkpoints. */
  readonly privateKey: Hex
}
