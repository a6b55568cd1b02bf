import { setTimeout as sleep } from 'node:timers/promises'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Log } from './log.ts'
import { readStream } from './read-stream.ts'

const RETRY_MS = 250

export interface StreamReader {
  /** Resolved when everything that was in the stream at the start has been taken. */
  readonly caughtUp: Promise<void>
  stop(): Promise<void>
}

export interface StreamOptions {
  readonly stream: string
  readonly subject: string
  /** Sequence of the last message that is not wanted; without it everything is read. */
  readonly after?: number
  readonly take: (message: JsMsg) => void
  readonly log: Log
}

/** Reads a stream from its beginning, or from a place on, each message once and in order, and goes on with what comes, whatever fails. */
export function followStream(nc: NatsConnection, options: StreamOptions): StreamReader {
  const caughtUp = Promise.withResolvers<void>()
  const stopping = new AbortController()
  const { signal } = stopping
  const { stream, subject, take, log } = options
  let after = options.after ?? 0

  async function read(): Promise<void> {
    for await (const batch of readStream(nc, { stream, subject, after, signal })) {
      for (const message of batch) {
        take(message)
        after = message.seq
      }
      if (!batch.at(-1)?.info.pending) caughtUp.resolve()
    }
  }

  const reading = (async () => {
    while (!signal.aborted) {
      await read().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error, stream, after }, 'reading the stream anew')
      })
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  })()

  return {
    caughtUp: caughtUp.promise,
    async stop() {
      stopping.abort()
      await reading
    },
  }
}
