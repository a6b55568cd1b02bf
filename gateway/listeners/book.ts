import type { JetStreamManager } from '@nats-io/jetstream'
import type { KV } from '@nats-io/kv'
import { EntenteError } from '../../protocol/errors.ts'
import { buckets } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { readSubject } from '../../stack/read-subject.ts'
import { Listener } from './listener.ts'

/** How a bucket lies in its stream, for who reads it as one. */
export const bookStream = `KV_${buckets.listeners}`
export const bookSubject = (id: string) => `$KV.${buckets.listeners}.${id}`

/** Who is told of chain events: one entry a listener, in a bucket that all gateways share. */
export interface Book {
  /** Null when there is none of this id. */
  find(id: string): Promise<Listener | null>
  /** @throws EntenteError LISTENER_UNKNOWN */
  read(id: string): Promise<Listener>
  list(): Promise<Listener[]>
  write(listener: Listener): Promise<void>
  /** Leaves no trace in the bucket. */
  erase(id: string): Promise<void>
}

export function openBook(kv: KV, jsm: JetStreamManager): Book {
  async function find(id: string): Promise<Listener | null> {
    const entry = await kv.get(id)
    return entry?.operation === 'PUT' ? parseJson(Listener, entry.value) : null
  }

  return {
    find,
    async read(id) {
      const listener = await find(id)
      if (listener !== null) return listener
      throw new EntenteError('LISTENER_UNKNOWN', `there is no listener ${id}`)
    },
    async list() {
      const listeners: Listener[] = []
      for await (const { data } of readSubject(jsm, bookStream, bookSubject('*'))) {
        const listener = parseJson(Listener, data)
        if (listener !== null) listeners.push(listener)
      }
      return listeners
    },
    async write(listener) {
      await kv.put(listener.id, JSON.stringify(listener))
    },
    async erase(id) {
      // The bucket's own way would leave a marker for ever.
      await jsm.streams.purge(bookStream, { filter: bookSubject(id) })
    },
  }
}
