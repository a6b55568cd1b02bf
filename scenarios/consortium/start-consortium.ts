import type { NatsConnection } from '@nats-io/nats-core'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import type { DirectoryAgent } from '../../registry/directory.ts'
import type { FollowedDirectory } from '../../registry/follow-directory.ts'
import type { Stack } from '../../stack/embedded/stack.ts'
import type { KeyFile } from '../../stack/key-file.ts'
import type { Accounts } from './accounts.ts'
import type { ConsortiumOptions, Later } from './consortium-options.ts'
import { layGround } from './lay-ground.ts'
import { startCore } from './start-core.ts'
import { startCrew } from './start-crew.ts'
import type { Member, Place, Running } from './start-processes.ts'

/** A consortium that is up: servers, contracts, gateway, coordinator, lookout, operator, and every agent of its cast. */
export interface Consortium {
  readonly nc: NatsConnection
  readonly stack: Stack
  readonly chain: ChainInfo
  readonly directory: FollowedDirectory
  readonly accounts: Accounts
  /** Answers approvals; no account on chain. */
  readonly approver: KeyFile
  /** In the order of the cast. */
  readonly agents: readonly DirectoryAgent[]
  /** Empty where the operator is left out. */
  readonly operatorUrl: string
  readonly coordinator: Running
  /** Starts another coordinator, beside the others or after one was ended. */
  startCoordinator(): Promise<Running>
  /** Where its data lies, and how its processes find the bus. */
  readonly place: Pick<Place, 'dir' | 'env'>
  /** Every process of ours, in the order in which they were started. */
  readonly members: readonly Member[]
  stop(): Promise<void>
}

/** Brings a consortium up from nothing, or finds what is there of it: every step can be repeated. */
export async function startConsortium(options: ConsortiumOptions): Promise<Consortium> {
  const stopping: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const step of stopping.splice(0).reverse()) await step().catch(() => {})
  }
  try {
    return { ...(await bringUp(options, step => stopping.push(step))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function bringUp(options: ConsortiumOptions, later: Later) {
  const ground = await layGround(options, later)
  const core = await startCore(options, ground, later)
  return { ...ground, ...core, ...(await startCrew(options, ground, core, later)) }
}
