import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { buckets } from '../../protocol/subjects.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { bookStream, bookSubject, openBook } from './book.ts'
import { deliver } from './deliver.ts'
import { listenerDoors } from './doors.ts'
import { type DeliveryLimits, deliveryLimits, type Ground } from './ground.ts'
import { openPost } from './post.ts'
import type { Reach } from './reach.ts'

/** An attempt under way is let finish for so long when the gateway stops. */
const GRACE_MS = 3_000

export type ListenersOptions = {
  nc: NatsConnection
  js: JetStreamClient
  jsm: JetStreamManager
  reach: Reach
  limits?: Partial<DeliveryLimits>
  log: Log
}

/**
 * Tells every listener in the book of chain events, each on its own: one that fails holds up nobody else. Any number of
 * gateways may do this at once.
 */
export async function startListeners(options: ListenersOptions): Promise<{ stop(): Promise<void> }> {
  const { nc, js, jsm, reach, limits, log } = options
  const { post, close } = openPost(reach)
  const book = openBook(await new Kvm(nc).open(buckets.listeners), jsm)
  const ground: Ground = { nc, js, jsm, book, post, reach, limits: { ...deliveryLimits, ...limits }, log }
  const stopping = new AbortController()
  const hurry = new AbortController()
  const deliveries = new Map<string, Promise<void>>()

  // One that is removed ends by itself, when its consumer is gone.
  const additions = followStream(nc, {
    stream: bookStream,
    subject: bookSubject('*'),
    lastOnly: true,
    headersOnly: true,
    log,
    take({ subject }) {
      const id = subject.slice(bookSubject('').length)
      if (deliveries.has(id)) return
      const delivery = deliver(ground, id, stopping.signal, hurry.signal).finally(() => deliveries.delete(id))
      deliveries.set(id, delivery)
    },
  })
  const doors = listenerDoors(ground)

  return {
    async stop() {
      await Promise.all(doors.map(door => door.drain().catch(() => {})))
      stopping.abort()
      const late = sleep(GRACE_MS, undefined, { ref: false }).then(() => hurry.abort())
      await additions.stop()
      await Promise.race([Promise.all(deliveries.values()), late])
      await Promise.all(deliveries.values())
      close()
    },
  }
}
