import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { ChainInfo } from '../protocol/chain-message.ts'
import { signingDomain } from '../protocol/documents.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Terms } from '../protocol/task.ts'
import { followDirectory } from '../registry/follow-directory.ts'
import type { Log } from '../stack/log.ts'
import { Clock } from './clock.ts'
import { approveDoor } from './doors/approve.ts'
import { cancelDoor } from './doors/cancel.ts'
import { openingsDoor } from './doors/openings.ts'
import { resultsDoor } from './doors/results.ts'
import { submitDoor } from './doors/submit.ts'
import { handleWith } from './handle.ts'
import { Keeper } from './keeper.ts'
import { TaskLog } from './log/task-log.ts'
import type { World } from './react/context.ts'
import { react } from './react/react.ts'
import { Workload } from './react/workload.ts'

export interface CoordinatorOptions {
  readonly nc: NatsConnection
  readonly log: Log
  readonly chain: ChainInfo
  /** Signs settlements and checkpoints; the chain must have given it both roles. */
  readonly privateKey: Hex
  readonly terms: Terms
}

/**
 * Runs a coordinator. It holds nothing that is not in the log: any number may run, and one that is killed at any
 * instant is taken up, by another or by itself, where the log stands.
 */
export async function startCoordinator({ nc, log, chain, privateKey, terms }: CoordinatorOptions) {
  const js = jetstream(nc)
  const jsm = await jetstreamManager(nc)
  const tasks = new TaskLog(js, jsm)
  const clock = new Clock(taskId =>
    handle(taskId, () => ({ type: 'passTime', atMs: Date.now() })).catch(error => {
      log.error({ err: error, taskId }, 'a deadline is looked at again later')
      throw error
    }),
  )
  const handle = handleWith(tasks, clock)
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const [directory, kept] = await Promise.all([followDirectory({ nc, log }), Keeper.start(nc, domain, privateKey, log)])
  const { keeper } = kept
  const workload = new Workload()
  const world: World = { nc, js, jsm, log, tasks, handle, directory, keeper, workload, chain, domain, privateKey }
  for (const taskId of await tasks.list()) {
    const { task } = await tasks.read(taskId)
    if (task.proven) tasks.forget(taskId)
    else clock.watch(task)
  }
  const doors = [submitDoor(world, terms), approveDoor(world), cancelDoor(world)]
  const readers = await Promise.all([react(world), resultsDoor(world), openingsDoor(world, terms)])
  return {
    async stop() {
      await Promise.allSettled(doors.map(door => door.drain()))
      await Promise.allSettled(readers.map(reader => reader.stop()))
      clock.stop()
      await Promise.allSettled([directory.stop(), kept.stop()])
    },
  }
}
