import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Log } from '../../stack/log.ts'
import { endOf } from '../../stack/read-stream.ts'
import type { Handle } from '../handle.ts'
import { entries } from './take-over.ts'
import { Words } from './words.ts'

/** Who takes over does so under the last word: one for each entry would be in its way. */
const gatherMs = 200

export interface LeaveOptions {
  readonly nc: NatsConnection
  readonly jsm: JetStreamManager
  readonly log: Log
  /** Who it is in the stamps of its entries. */
  readonly writer: string
}

/**
 * For who is no coordinator and writes entries all the same: coordinators see to what they bring about, soon after it says that
 * there are some. Opened before the first is written.
 */
export async function leaveToCoordinators({ nc, jsm, log, writer }: LeaveOptions) {
  let upTo = await endOf(jsm, entries)
  const words = await Words.open({
    ...{ nc, log, writer, quietMs: 0 },
    // What it has written since lies in the stream under its name.
    word: () => ({ upTo, open: [] }),
    onSettled(settled) {
      upTo = Math.max(upTo, settled)
    },
  })
  let isDue = false
  async function saySoon(): Promise<void> {
    if (isDue) return
    isDue = true
    await sleep(gatherMs)
    isDue = false
    await words.say()
  }
  return {
    leaving(handle: Handle): Handle {
      return async (taskId, command) => {
        const task = await handle(taskId, command)
        saySoon().catch((error: unknown) => log.debug({ err: error }, 'said within a second'))
        return task
      }
    },
    stop: () => words.stop(),
  }
}
