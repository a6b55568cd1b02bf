import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { streams, subjects } from '../../protocol/subjects.ts'
import type { Log } from '../../stack/log.ts'
import { endOf, readStream } from '../../stack/read-stream.ts'
import { type Entry, entryIn, isProof } from '../log/stamp.ts'
import type { Effects } from './effects.ts'
import type { Owed } from './owed.ts'
import type { LastWord, Words } from './words.ts'

const lookMs = 500
/** All entries of all tasks. */
export const entries = { stream: streams.tasks, subject: subjects.task('*') }

export interface TakeOverOptions {
  readonly nc: NatsConnection
  readonly jsm: JetStreamManager
  readonly log: Log
  readonly writer: string
  readonly owed: Owed
  readonly words: Words
  readonly effects: Pick<Effects, 'carry'>
}

/**
 * Sees to what coordinators owe that fell silent, and what others leave to them. One that was taken for dead and was not, and two that take over at once, do
 * the same twice, which every effect bears. What is left already is taken over when it returns.
 */
export async function takeOver(options: TakeOverOptions): Promise<{ stop(): Promise<void> }> {
  const { log, words } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let looking: Promise<void> | null = null

  async function look(): Promise<void> {
    for (const [writer, last] of words.toTakeOver()) {
      await takeOverFrom(options, writer, last, signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error, writer }, 'what it wrote was not taken over yet')
      })
    }
  }

  await words.caughtUp
  await look()
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null
    })
  }, lookMs)
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await looking
    },
  }
}

async function takeOverFrom(options: TakeOverOptions, other: string, last: LastWord, signal: AbortSignal) {
  const { jsm, log, owed, words, effects } = options
  const { upTo, open } = last.word
  const end = Math.max(upTo, await endOf(jsm, entries))
  const written = await entriesIn(options, { upTo, end, signal }, ({ writer }) => writer === other)
  const owing = [...open, ...written]
  if (!owed.hasRoom(owing.length)) return
  owed.takeOver(owing)
  await words.say()
  // Until now the other's word stood; from now on this one's does. Where nobody knows both may.
  const isTaken = await words.settle(other, last, end, owing.length).catch((error: unknown) => {
    log.warn({ err: error, writer: other }, 'sees to what another wrote, which may do so too')
    return true
  })
  if (!isTaken) {
    for (const sequence of owing) owed.seenTo(sequence)
    return
  }
  if (owing.length > 0) log.info({ writer: other, entries: owing.length }, 'sees to what another wrote')
  effects.carry(owing)
}

interface Stretch {
  readonly upTo: number
  readonly end: number
  readonly signal?: AbortSignal
}

/** The sequences of entries in a stretch of the stream; from a proof nothing follows. */
export async function entriesIn(
  { nc }: Pick<TakeOverOptions, 'nc'>,
  { upTo, end, signal = new AbortController().signal }: Stretch,
  isWanted: (entry: Entry) => boolean,
): Promise<number[]> {
  if (upTo === end) return []
  const found: number[] = []
  for await (const batch of readStream(nc, { ...entries, after: upTo, headersOnly: true, signal })) {
    for (const message of batch) {
      if (!isProof(message) && isWanted(entryIn(message))) found.push(message.seq)
      if (message.seq >= end) return found
    }
  }
  throw new Error(`the task stream was not read to ${end}`)
}
