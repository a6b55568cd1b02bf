import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { GatherMs } from './in-bursts.ts'
import type { Log } from './log.ts'
import { endOf, readStream } from './read-stream.ts'
import type { StreamMessage } from './stream-message.ts'

const RETRY_MS = 250
const LOOK_MS = 10

export interface StreamReader {
  /** Resolved when everything that was in the stream at the start has been taken. */
  readonly caughtUp: Promise<void>
  stop(): Promise<void>
}

export interface FollowedStream extends StreamReader {
  /** Resolved when everything that is in the stream now has been taken. */
  upToNow(): Promise<void>
}

export interface StreamOptions {
  readonly stream: string
  readonly subject: string
  /** Sequence of the last message that is not wanted any more. */
  readonly after?: number
  /** At first only the last message of each subject; the others were of use when they came. */
  readonly lastOnly?: boolean
  /** Without the messages' contents. */
  readonly headersOnly?: boolean
  /** For those who can wait for what comes: so long from one batch to the next. */
  readonly gatherMs?: GatherMs
  /** The next is taken when it is done with this one. */
  readonly take: (message: StreamMessage) => void | Promise<void>
  readonly log: Log
}

/** Reads a stream from its beginning, each message once and in order, and goes on with what comes, whatever fails. */
export function followStream(nc: NatsConnection, options: StreamOptions): FollowedStream {
  const { stream, subject, take, log, lastOnly = false, headersOnly = false, gatherMs } = options
  const caughtUp = Promise.withResolvers<void>()
  const stopping = new AbortController()
  const { signal } = stopping
  let after = options.after ?? 0
  let end: number | null = null

  async function read(): Promise<void> {
    end ??= await endOf(await jetstreamManager(nc, { checkAPI: false }), { stream, subject })
    const place = { stream, subject, after, signal, lastOnly, headersOnly }
    for await (const batch of readStream(nc, gatherMs ? { ...place, gatherMs } : place)) {
      for (const message of batch) {
        const taking = take(message)
        if (taking) await taking
        after = message.seq
      }
      if (after >= end || batch.length === 0) caughtUp.resolve()
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
    async upToNow() {
      const now = await endOf(await jetstreamManager(nc, { checkAPI: false }), { stream, subject })
      while (after < now && !signal.aborted) await sleep(LOOK_MS)
    },
    async stop() {
      stopping.abort()
      await reading
    },
  }
}
