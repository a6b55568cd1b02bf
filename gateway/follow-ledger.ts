import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEntry } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'
import { readStream } from '../stack/read-stream.ts'
import type { StreamMessage } from '../stack/stream-message.ts'
import { createBell } from './bell.ts'
import { KnownSequences } from './known-sequences.ts'
import type { Ledger } from './ledger.ts'
import type { Life } from './life.ts'

/** An entry that is there for so long, and was not stored here, is another's. Who waits for one looks at once. */
const LOOK_MS = 250
/** Others who were silent for so long are listened to no more, until a look finds something of theirs. */
const QUIET_MS = 3_000
const RETRY_MS = 250
const WAIT_MS = 10

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
  /** An entry is in the ledger because it was stored here. */
  stored(seq: number): void
  /** Resolves when the ledger has all up to this sequence. */
  upTo(seq: number): Promise<void>
  /** Up to where the ledger has everything. */
  lastSeq(): number
}

/**
 * Keeps the ledger up to date with what other gateways store. The stream counts its entries, so one that stores all of them
 * knows that nothing is missing, and does not have its own sent back: it only asks how far the stream goes. While others store
 * too, it reads.
 */
export function followLedger({ nc, ledger, after, log, signal, onNews }: FollowLedgerOptions): LedgerFollower {
  const known = new KnownSequences(after)
  /** What was read before it was known to be stored here, in this while and the one before: some of it is only answered later. */
  let heard: { before: Set<number> | null; now: Set<number> } = { before: null, now: new Set() }
  let wanted = 0
  const asked = createBell()

  async function read(): Promise<void> {
    const place = { stream: streams.chainTx, subject: subjects.chainTx('*'), after: known.upTo, signal }
    heard = { before: null, now: new Set() }
    let endMs = performance.now() + QUIET_MS
    for await (const batch of readStream(nc, place)) {
      for (const message of batch) {
        if (!known.has(message.seq)) heard.now.add(message.seq)
        const life = take(ledger, message, log)
        if (life) onNews(life)
        known.raise(message.seq)
      }
      if (performance.now() < endMs) continue
      if (heard.before?.size === 0) return
      heard = { before: heard.now, now: new Set() }
      endMs = performance.now() + QUIET_MS
    }
  }

  function stored(seq: number): void {
    if (!heard.before?.delete(seq)) heard.now.delete(seq)
    known.add(seq)
  }

  async function run(): Promise<void> {
    const jsm = await jetstreamManager(nc, { checkAPI: false })
    let endBefore = 0
    while (!signal.aborted) {
      try {
        // What was stored here at the last look was answered since.
        const end = Math.max(endBefore, wanted)
        if (known.upTo < end && (await isNothingAfter(jsm, known.upTo))) known.raise(end)
        else if (known.upTo < end) await read()
        endBefore = (await jsm.streams.info(streams.chainTx)).state.last_seq
        if (known.upTo >= wanted) await asked.wait(LOOK_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        log.warn({ err: error }, 'the log of messages is read later')
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  async function upTo(seq: number): Promise<void> {
    wanted = Math.max(wanted, seq)
    if (known.upTo < seq) asked.ring()
    while (known.upTo < seq) await sleep(WAIT_MS, undefined, { signal })
  }

  return { run, upTo, stored, lastSeq: () => known.upTo }
}

/** The stream goes on counting where its last entries were taken out: nobody will ever read those. */
async function isNothingAfter(jsm: JetStreamManager, seq: number): Promise<boolean> {
  const next = { seq: seq + 1, next_by_subj: subjects.chainTx('*') }
  return (await jsm.streams.getMessage(streams.chainTx, next)) === null
}

function take(ledger: Ledger, message: StreamMessage, log: Log): Life | null {
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
