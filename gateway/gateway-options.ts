import type { NatsConnection } from '@nats-io/nats-core'
import type { Address } from '../protocol/ids.ts'
import type { ChainProfile } from '../stack/chain-profile.ts'
import type { Log } from '../stack/log.ts'
import type { TreeLimits } from './anchors/tree-limits.ts'
import type { HeadBell } from './bell.ts'
import type { Signers } from './keys/signer.ts'
import type { LanePolicy } from './lane/lane.ts'
import type { Meter } from './limits/meter.ts'
import type { DeliveryLimits } from './listeners/ground.ts'
import type { Reach } from './listeners/reach.ts'
import type { Patience } from './pipeline.ts'
import type { PoolList } from './pools/pool-list.ts'
import type { Rpc } from './rpc.ts'

export type GatewayOptions = {
  nc: NatsConnection
  rpc: Rpc
  contractRegistry: Address
  /** How often the registry is read though nobody has said that it changed; a minute when left out. */
  registryMs?: number
  signers: Signers
  finalityBlocks: number
  /** What the chain is like; left out, nothing is known of it. */
  profile?: ChainProfile
  /** Rung when a node says that it has a new head. */
  heads?: HeadBell
  /** Counts what each tenant sends. */
  meter: Meter
  /** How far webhooks may reach. */
  webhookReach: Reach
  deliveryLimits?: Partial<DeliveryLimits>
  patience?: Patience
  batches: LanePolicy
  trees: TreeLimits
  /** Keys that share messages. */
  pools?: PoolList
  log: Log
  /**
   * Called when the gateway can no longer be trusted to go on, with the reason: the chain took back what was final, or is
   * another than its profile says.
   */
  onHalt: (reason: unknown) => void
}
