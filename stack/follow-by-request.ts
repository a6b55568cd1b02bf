import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStreamManager, jetstreamManager, type MsgRequest, type StoredMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { StreamReader } from './follow-stream.ts'
import type { Log } from './log.ts'

/** The most that are asked for at a time. */
const atOnce = 64
/** A hint that was lost costs as much. */
const lookMs = 1_000
const retryMs = 250

export interface RequestedStream {
  readonly stream: string
  /** Of the messages that are taken; wildcards as NATS has them. */
  readonly subject: string
  readonly take: (message: StoredMsg) => void
  readonly log: Log
}

/**
 * As `followStream`, for whoever may ask a server for messages one by one, and may not make a consumer: a consumer could have
 * the server send what is in the stream to any subject, and who may delete one's own by its name can delete another's.
 */
export function followByRequest(nc: NatsConnection, { stream, subject, take, log }: RequestedStream): StreamReader {
  const caughtUp = Promise.withResolvers<void>()
  const stopping = new AbortController()
  const { signal } = stopping
  let hinted = Promise.withResolvers<void>()
  const hints = nc.subscribe(subject, { callback: () => hinted.resolve() })
  let next = 1

  async function readOn(jsm: JetStreamManager): Promise<void> {
    for await (const message of messagesFrom(jsm, { stream, subject, first: next })) {
      if (signal.aborted) return
      take(message)
      next = message.seq + 1
    }
  }

  const reading = (async () => {
    const jsm = await jetstreamManager(nc, { checkAPI: false })
    while (!signal.aborted) {
      hinted = Promise.withResolvers()
      try {
        await readOn(jsm)
        caughtUp.resolve()
        await Promise.race([hinted.promise, sleep(lookMs, undefined, { signal }).catch(() => {})])
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error, stream, next }, 'reading the stream anew')
        await sleep(retryMs, undefined, { signal }).catch(() => {})
      }
    }
  })()

  return {
    caughtUp: caughtUp.promise,
    async stop() {
      stopping.abort()
      hints.unsubscribe()
      await reading
    },
  }
}

/** What a stream has of a subject from a place on, oldest first, up to what is its last now. */
async function* messagesFrom(
  jsm: JetStreamManager,
  { stream, subject, first }: { stream: string; subject: string; first: number },
): AsyncGenerator<StoredMsg> {
  for (let seq = first, burst = 1; ; burst = Math.min(2 * burst, atOnce)) {
    // Each asks for the first of the subject at its place or after; servers take that since 2.9, the client's type knows it
    // for direct requests only.
    const asked = Array.from({ length: burst }, (_, offset) =>
      jsm.streams.getMessage(stream, { seq: seq + offset, next_by_subj: subject } as MsgRequest),
    )
    for (const message of await Promise.all(asked)) {
      if (message === null) return
      // Where there is a gap several were given the same.
      if (message.seq < seq) continue
      yield message
      seq = message.seq + 1
    }
  }
}
