import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEntry, type MessageState, toldAgain } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import type { Log } from './log.ts'
import { parseJson } from './parse-json.ts'
import { readStream } from './read-stream.ts'
import type { StreamMessage } from './stream-message.ts'

const retryMs = 250

/** Of a message's subject, what stands before its id. */
const beforeId = subjects.chainTx('').length

/** An entry that tells an outcome has one of these. */
const told: readonly MessageState[] = ['NOTIFIED', 'REVERTED', 'REJECTED', 'CANCELLED', 'DEAD']

/** One of these is in the text of such an entry. Three entries of four have none, and need not be read. */
const signs = told.map(state => Buffer.from(`"${state}"`))
const signAgain = Buffer.from(`"${toldAgain}"`)

export interface FollowOutcomes {
  /** Sequence in `CHAIN_TX` of the last entry that is not wanted any more. */
  readonly after: number
  /** Gets the entries that tell an outcome, those together that are there at once. One that is said again comes again. */
  readonly take: (entries: readonly ChainEntry[]) => void
  /** Of which messages; of all when it is left out. What is not wanted is not looked into. */
  readonly isWanted?: (messageId: Hex) => boolean
  /** Gets each other message whose outcome is told again. */
  readonly takeAgain?: (messageId: Hex) => void
  readonly log?: Log
  readonly signal: AbortSignal
}

/**
 * Hears, by one reader of the log, what becomes of all messages: for whoever has many under way. Goes on, whatever fails, until
 * the signal. A message whose intent was handed over after `after`, and was not answered with an outcome, has its own heard here.
 */
export async function followOutcomes(nc: NatsConnection, options: FollowOutcomes): Promise<void> {
  const { after, take, isWanted = () => true, takeAgain, log, signal } = options
  let last = after
  function wantedIn(message: StreamMessage): ChainEntry | null {
    const messageId = message.subject.slice(beforeId) as Hex
    if (isWanted(messageId)) return outcomeIn(message)
    if (takeAgain && isToldAgain(message)) takeAgain(messageId)
    return null
  }
  async function read(): Promise<void> {
    const place = { stream: streams.chainTx, subject: subjects.chainTx('*'), after: last, signal }
    for await (const batch of readStream(nc, place)) {
      const entries = batch.map(wantedIn).filter(entry => entry !== null)
      if (entries.length > 0) take(entries)
      last = batch.at(-1)?.seq ?? last
    }
  }
  while (!signal.aborted) {
    await read().catch((error: unknown) => {
      if (!signal.aborted) log?.warn({ err: error, after: last }, 'outcomes are read anew')
    })
    if (!signal.aborted) await sleep(retryMs, undefined, { signal }).catch(() => {})
  }
}

function isToldAgain(message: StreamMessage): boolean {
  return bytesOf(message).includes(signAgain) && outcomeIn(message)?.steps.at(-1)?.cause === toldAgain
}

const bytesOf = ({ data }: StreamMessage) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)

function outcomeIn(message: StreamMessage): ChainEntry | null {
  const { data, subject } = message
  const bytes = bytesOf(message)
  if (!signs.some(sign => bytes.includes(sign))) return null
  const entry = parseJson(ChainEntry, data)
  const isOurs = entry !== null && subject === subjects.chainTx(entry.messageId)
  return isOurs && entry.steps.some(({ state }) => told.includes(state)) ? entry : null
}
