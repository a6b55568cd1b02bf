import { headers, type Msg, type NatsConnection } from '@nats-io/nats-core'
import type { Hex } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { Log } from '../../stack/log.ts'
import type { Take, Taken } from '../consume.ts'
import type { Homes } from '../homes.ts'

/** A coordinator that stands still for so long is not waited for. */
const takenWithinMs = 3_000
/** When the stream had the message, in ms. */
const storedHeader = 'Entente-Stored'

export interface HandOverOptions {
  readonly nc: NatsConnection
  readonly log: Log
  /** Who this coordinator is in the stamps of its entries. */
  readonly writer: string
  readonly homes: Pick<Homes, 'elsewhere'>
}

/**
 * Hands a message of a stream that coordinators share to the one at which its task has its home, and takes what others hand to this
 * one. Only the fastest way: whoever was given the message by the stream answers for it, and takes it itself where that one is gone,
 * stands still or fails.
 *
 * @param take what is to be done with each, wherever it came first
 */
export function openHandOver({ nc, log, writer, homes }: HandOverOptions, take: Take) {
  const running = new Set<Promise<void>>()
  const prefix = subjects.handed(writer, '')

  async function takeHanded(message: Msg): Promise<void> {
    try {
      await take(asTaken(message, prefix))
      message.respond()
    } catch (error) {
      log.warn({ err: error, subject: message.subject }, 'what was handed over is left to who handed it over')
      message.respond('failed')
    }
  }

  const subscription = nc.subscribe(subjects.handed(writer, '>'), {
    callback: (error, message) => {
      if (error) return log.warn({ err: error }, 'what was handed over could not be received')
      const taking = takeHanded(message).finally(() => running.delete(taking))
      running.add(taking)
    },
  })

  async function isTakenAt(home: string, message: Taken): Promise<boolean> {
    try {
      const reply = await nc.request(subjects.handed(home, message.subject), message.data, {
        timeout: takenWithinMs,
        ...(message.time && { headers: storedAt(message.time) }),
      })
      return reply.data.length === 0
    } catch (error) {
      log.debug({ err: error, subject: message.subject, home }, 'its home did not take it')
      return false
    }
  }

  return {
    /** The same, wherever the task has its home. */
    async take(message: Taken): Promise<void> {
      const home = homes.elsewhere(message.subject.split('.')[2] as Hex)
      if (home !== undefined && (await isTakenAt(home, message))) return
      await take(message)
    },
    async stop(): Promise<void> {
      await subscription.drain()
      await Promise.all(running)
    },
  }
}

function storedAt(time: Date) {
  const stored = headers()
  stored.set(storedHeader, `${time.getTime()}`)
  return stored
}

function asTaken({ subject, data, headers }: Msg, prefix: string): Taken {
  const stored = headers?.get(storedHeader)
  return { subject: subject.slice(prefix.length), data, ...(stored ? { time: new Date(Number(stored)) } : {}) }
}
