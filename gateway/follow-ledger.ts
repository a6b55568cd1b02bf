import { setTimeout as sleep } from 'node:timers/promises'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEntry } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'
import { readStream } from '../stack/read-stream.ts'
import type { Ledger } from './ledger.ts'
import type { Life } from './life.ts'

const RETRY_MS = 250
const LOOK_MS = 10

export type FollowLedgerOptions = {
  nc: NatsConnection
  ledger: Ledger
  /** Sequence of the last entry that is in the ledger. */
  after: number
  log: Log
  signal: AbortSignal
  /** Called when the stream has told something that was not known here. */
  onNews: (life: Life) => void
}

export interface LedgerFollower {
  /** Goes on until the signal. */
  run(): Promise<void>
  /** Resolves when the ledger has all up to this sequence. */
  upTo(seq: number): Promise<void>
  /** Up to where the ledger has read. */
  lastSeq(): number
}

/** Keeps the ledger up to date with what other gateways store. */
export function followLedger({ nc, ledger, after, log, signal, onNews }: FollowLedgerOptions): LedgerFollower {
  let last = after

  async function read(): Promise<void> {
    const place = { stream: streams.chainTx, subject: subjects.chainTx('*'), after: last, signal }
    for await (const batch of readStream(nc, place)) {
      for (const message of batch) {
        const life = take(ledger, message, log)
        if (life) onNews(life)
        last = message.seq
      }
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await read().catch(async error => {
        if (signal.aborted) return
        log.warn({ err: error }, 'the log of messages is read later')
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
      })
    }
  }

  async function upTo(seq: number): Promise<void> {
    while (last < seq) await sleep(LOOK_MS, undefined, { signal })
  }

  return { run, upTo, lastSeq: () => last }
}

function take(ledger: Ledger, message: JsMsg, log: Log): Life | null {
  const messageId = message.subject.split('.').at(-1) as Hex
  if (ledger.has(messageId, message.seq)) return null
  const entry = parseJson(ChainEntry, message.data)
  try {
    if (entry?.messageId === messageId) return ledger.note(entry, message.seq)
  } catch (error) {
    log.warn({ err: error, seq: message.seq }, 'an entry that cannot follow is passed over')
  }
  return null
}
