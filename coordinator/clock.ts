import type { NatsConnection } from '@nats-io/nats-core'
import type { Hex } from '../protocol/hash.ts'
import type { Log } from '../stack/log.ts'
import { Alarms } from './alarms.ts'
import { followStamps } from './log/follow-stamps.ts'
import type { Stamp } from './log/stamp.ts'

/** Whoever wrote a task's last entry wakes it. When that one is gone, any other does so long after. */
const takeOverMs = 3_000
const retryMs = 500

export interface ClockOptions {
  readonly nc: NatsConnection
  readonly log: Log
  /** Who this coordinator is in its stamps. */
  readonly writer: string
  /** Lets time pass for a task; says when time next matters to it, or null. */
  readonly wake: (taskId: Hex) => Promise<number | null>
}

/**
 * Wakes each task when its next deadline passes. Alarms are kept nowhere: they follow from the stamps of the logs, and
 * every coordinator has all of them, so that the death of one stops no clock.
 */
export async function startClock({ nc, log, writer, wake }: ClockOptions): Promise<{ stop(): Promise<void> }> {
  const alarms = new Alarms<Hex>(taskId => void ring(taskId))
  const stopping = new AbortController()

  async function ring(taskId: Hex): Promise<void> {
    try {
      const nextMs = await wake(taskId)
      // Nothing was due yet, or not for the coordinator that looked. A stamp that came meanwhile knows better.
      if (nextMs !== null && !alarms.has(taskId)) alarms.set(taskId, nextMs)
    } catch (error) {
      if (stopping.signal.aborted) return
      log.warn({ err: error, taskId }, 'the task is woken again')
      if (!alarms.has(taskId)) alarms.set(taskId, Date.now() + retryMs)
    }
  }

  const stamps = followStamps(nc, log, stamp => {
    const atMs = alarmOf(stamp, writer)
    if (atMs === null) alarms.clear(stamp.taskId)
    else alarms.set(stamp.taskId, atMs)
  })
  await stamps.caughtUp
  return {
    async stop() {
      stopping.abort()
      alarms.stop()
      await stamps.stop()
    },
  }
}

function alarmOf({ wakeMs, writer: other }: Stamp, writer: string): number | null {
  if (wakeMs === null) return null
  return other === writer ? wakeMs : wakeMs + takeOverMs * (1 + Math.random() / 4)
}
