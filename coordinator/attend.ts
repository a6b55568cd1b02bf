import type { Hex } from '../protocol/hash.ts'
import { Clock } from './clock.ts'
import type { Deeds } from './flow/deeds.ts'
import { followStamps } from './log/follow-stamps.ts'
import type { Stamp } from './log/stamp.ts'
import { type HeedDemand, Unstamped } from './log/unstamped.ts'
import { type Ear, giveUp, letTimePass } from './once-heard.ts'
import { Pulse } from './pulse.ts'
import type { World } from './react/context.ts'

export interface Heeding {
  /** Of every entry that comes by, and where in the stream it lies. */
  readonly heedEntry: (stamp: Stamp, sequence: number) => void
  readonly heedDemand: HeedDemand
  /** Of each settled task once, in the order in which they were proven. */
  readonly heedDeeds: (deeds: Deeds) => void
  /** Before agents are called silent. */
  readonly hearFirst: Ear['hearFirst']
}

/**
 * Keeps every coordinator's eye on every open task, also on those that another one works at: deadlines and heartbeats
 * are to be seen to whichever of them is left. Tasks are read only where heartbeats are due; what is proven is let go of.
 */
export async function attend(
  { nc, log, tasks, handle, keeper, hearing }: Pick<World, 'nc' | 'log' | 'tasks' | 'handle' | 'keeper' | 'hearing'>,
  writer: string,
  { heedEntry, heedDemand, heedDeeds, hearFirst }: Heeding,
): Promise<{ stop(): Promise<void> }> {
  const ear = { handle, hearing, hearFirst }
  const clock = new Clock({ log, writer, wake: taskId => letTimePass(ear, taskId) })
  const pulse = new Pulse(nc, hearing, (taskId, miss) => {
    giveUp(ear, taskId, miss).catch((error: unknown) =>
      log.error({ err: error, taskId }, 'a missed heartbeat was not recorded'),
    )
  })
  /** Tasks whose agents owe heartbeats, and how many events each has by its last stamp. */
  const listening = new Map<Hex, number>()
  const listen = async ({ taskId, length, beats }: Stamp) => {
    const { task } = await tasks.read(taskId, length)
    // A later stamp may have been read sooner: what an older one says would be listened to for ever.
    const isOver = beats && !listening.has(taskId)
    if (!isOver && task.length >= (listening.get(taskId) ?? length)) pulse.watch(task)
  }
  const unstamped = new Unstamped(tasks, log, heedDemand)
  const take = (stamp: Stamp, sequence: number) => {
    heedEntry(stamp, sequence)
    clock.heed(stamp)
    // Before what it asks of agents: who is given the places that it frees may hang on it.
    if (stamp.deeds) heedDeeds(stamp.deeds)
    unstamped.heed(stamp)
    if (stamp.proven) {
      keeper.forget(stamp.taskId)
      hearing.forget(stamp.taskId)
    }
    // Once more after the last one was due: then there is nothing to listen for.
    if (!stamp.beats && !listening.delete(stamp.taskId)) return
    if (stamp.beats) listening.set(stamp.taskId, stamp.length)
    listen(stamp).catch((error: unknown) => log.warn({ err: error, taskId: stamp.taskId }, 'a task was not looked at'))
  }
  const stamps = followStamps(nc, log, take, (taskId, sequence) => tasks.stampAt(taskId, sequence))
  await stamps.caughtUp
  await unstamped.settled()
  return {
    async stop() {
      clock.stop()
      pulse.stop()
      await stamps.stop()
    },
  }
}
