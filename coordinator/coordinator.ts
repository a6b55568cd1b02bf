import { randomUUID } from 'node:crypto'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { ChainInfo } from '../protocol/chain-message.ts'
import { type Parameters, termsOf } from '../protocol/consortium.ts'
import { signingDomain } from '../protocol/documents.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Terms } from '../protocol/task.ts'
import type { ParameterCache } from '../registry/parameter-cache.ts'
import type { Log } from '../stack/log.ts'
import { openJetstream } from '../stack/publish.ts'
import { askWitnesses } from './ask-witnesses.ts'
import { attend } from './attend.ts'
import { openDoors } from './doors/open-doors.ts'
import { hearUnheard } from './doors/results.ts'
import { followOthers } from './followed.ts'
import type { Limits } from './limits.ts'
import { Snapshots } from './log/snapshots.ts'
import { TaskLog } from './log/task-log.ts'
import type { ModelEndpoint } from './model/ask-model.ts'
import { openOwed } from './owed/open-owed.ts'
import { hasten } from './react/hasten.ts'
import { openWorld } from './react/open-world.ts'
import { bringAbout, turnOf } from './react/react.ts'
import { Peers } from './room/peers.ts'

export interface CoordinatorOptions {
  readonly nc: NatsConnection
  readonly log: Log
  readonly chain: ChainInfo
  /** Signs settlements and checkpoints; the chain must have given it both roles. */
  readonly privateKey: Hex
  /** What holds where the ConfigRegistry on chain says nothing; all coordinators of a consortium must have the same. */
  readonly parameters: Parameters
  /** Where what the chain says of them is kept for whoever starts. */
  readonly cache?: ParameterCache | undefined
  readonly limits: Limits
  /** How tasks are settled whose orders say nothing. */
  readonly settlement?: 'single' | 'batch'
  /** A language model, asked for another plan where an order permits that. */
  readonly model?: ModelEndpoint | null
}

/**
 * Runs a coordinator. It holds nothing that is not in the log: any number may run, and one that is killed at any
 * instant is taken up, by another or by itself, where the log stands.
 */
export async function startCoordinator(options: CoordinatorOptions): Promise<{ stop(): Promise<void> }> {
  const { nc, log, chain, limits, settlement, model = null } = options
  const [js, jsm, writer, stopping] = [
    openJetstream(nc),
    await jetstreamManager(nc),
    randomUUID(),
    new AbortController(),
  ]
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const tasks = new TaskLog(js, jsm, await Snapshots.open(nc, log), writer)
  const followed = await followOthers({ ...options, domain })
  const { directory, keeper, onChain } = followed
  keeper.showTo(checkpoint => askWitnesses({ nc, log, directory, domain }, checkpoint))
  const peers = new Peers(nc, writer)
  const { world, attendant, records } = openWorld({
    ...options,
    ...{ js, jsm, tasks, domain, writer, followed, peers },
    model: model && { ...model, stop: stopping.signal },
  })
  const owed = await openOwed({
    ...{ nc, jsm, log, tasks, writer, turnOf, hearing: world.hearing },
    bringAbout: entry => bringAbout(world, entry),
  })
  void world.hearing.follow(nc).catch(error => log.warn({ err: error }, 'the state of the connection is unknown'))
  // Before the doors open: how much room there is follows from all tasks that are open.
  const attending = await attend(world, writer, {
    heedEntry(stamp, sequence) {
      tasks.heed(stamp, sequence)
      world.homes.heed(stamp)
      owed.heed(stamp, sequence)
    },
    heedDemand(entry, demand) {
      world.openTasks.heed(entry.taskId, demand)
      attendant.heed(entry, demand)
      if (demand.priority === 'emergency' && demand.isOpen && entry.writer === writer) void hasten(world, entry)
    },
    heedDeeds(deeds) {
      records.take(deeds)
      world.goldRecords.take(deeds)
    },
    hearFirst: (taskId, unheard) => hearUnheard(world, taskId, unheard),
  })
  attendant.open()
  followed.onAgents(() => attendant.reconsider())
  const terms = (): Terms => ({
    ...termsOf(onChain.current()),
    ...(settlement === 'batch' ? { settlement } : {}),
  })
  const doors = await openDoors({ world, attendant, terms, limits, ...followed })
  await owed.takeOver()
  return {
    async stop() {
      stopping.abort()
      await doors.stop()
      attendant.stop()
      peers.stop()
      await attending.stop()
      await owed.stop()
      await followed.stop()
    },
  }
}
