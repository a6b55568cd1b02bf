import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { type ChainEntry, type ChainIntent, type ChainStep, messageIdOf, recordsOf } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { readRecords } from '../stack/chain-records.ts'
import type { Log } from '../stack/log.ts'
import { isOvertaken } from '../stack/publish.ts'
import { traceIdOf } from '../stack/trace-id.ts'
import { aboutOf } from './about.ts'
import type { Kept, Ledger } from './ledger.ts'
import { fold, type Life } from './life.ts'
import type { Message } from './message.ts'

const RETRY_MS = 100

export type Step = Omit<ChainStep, 'atMs'>

/** The only way to change a message. What others or the chain will see is done after the entry that says so is stored. */
export interface Journal {
  /** Stores a new message; null when there is one under its key. */
  begin(intent: ChainIntent, steps: readonly Step[], traceId?: string): Promise<Kept | null>
  /** A new message that is not stored yet: it is with its next steps, unless there is one under its key by then. */
  draft(intent: ChainIntent, steps: readonly Step[], traceId: string): Draft
  /**
   * Stores what was noted and the next steps as one entry, all or none, then takes them into the message's life.
   * @throws EntenteError LOG_CONFLICT when another writer was there
   */
  append(message: Message, ...steps: readonly Step[]): Promise<void>
  /**
   * Takes a step into the message's life that only says what was seen: after a crash it is seen again, so nothing is lost
   * when it is stored together with what comes next.
   */
  note(message: Message, step: Step): void
  /** What the log has of a message; null when it has nothing. */
  read(messageId: Hex): Promise<Kept | null>
}

export interface Draft {
  readonly life: Life
  readonly noted: ChainStep[]
}

export type JournalOptions = {
  js: JetStreamClient
  jsm: JetStreamManager
  /** Hears of everything that is stored here. */
  ledger: Ledger
  /** Called with the sequence of each entry, once the ledger has it. */
  onStored: (seq: number) => void
  log: Log
  signal: AbortSignal
}

export function openJournal({ js, jsm, ledger, onStored, log, signal }: JournalOptions): Journal {
  /** Tries until the stream has answered: without it the gateway may not do anything else anyway. */
  async function store(entry: ChainEntry, lastSubjectSequence: number): Promise<number> {
    const { messageId, steps } = entry
    const subject = subjects.chainTx(messageId)
    const text = JSON.stringify(entry)
    for (;;) {
      try {
        return await put(subject, text, lastSubjectSequence)
      } catch (error) {
        if (isConflict(error)) throw error
        log.warn({ messageId, state: steps.at(-1)!.state, error: String(error) }, 'not stored yet')
        await sleep(RETRY_MS, undefined, { signal })
      }
    }
  }

  async function put(subject: string, text: string, lastSubjectSequence: number): Promise<number> {
    try {
      return (await js.publish(subject, text, { expect: { lastSubjectSequence } })).seq
    } catch (error) {
      if (isOvertaken(error)) return own(subject, text)
      throw error
    }
  }

  /** A publish whose answer was lost is found as the last entry; anything else there is someone else's. */
  async function own(subject: string, text: string): Promise<number> {
    const last = await jsm.streams.getMessage(streams.chainTx, { last_by_subj: subject })
    if (last !== null && last.string() === text) return last.seq
    throw new EntenteError('LOG_CONFLICT', `another gateway has written to ${subject}`)
  }

  function draft(intent: ChainIntent, steps: readonly Step[], traceId: string): Draft {
    const received: Step = { state: 'RECEIVED', intent, about: aboutOf(intent) }
    const noted = [received, ...steps].map(now)
    return { life: fold(null, recordsOf({ messageId: messageIdOf(intent), traceId, steps: noted })), noted }
  }

  async function begin(intent: ChainIntent, steps: readonly Step[], traceId = traceIdOf()): Promise<Kept | null> {
    const { life, noted } = draft(intent, steps, traceId)
    try {
      const kept = { life, lastSeq: await store({ messageId: life.messageId, traceId, steps: noted }, 0) }
      ledger.keep(kept)
      onStored(kept.lastSeq)
      return kept
    } catch (error) {
      if (isConflict(error)) return null
      throw error
    }
  }

  async function append(message: Message, ...steps: readonly Step[]): Promise<void> {
    const { messageId, noted } = message
    const taken = steps.map(now)
    const life = fold(message.life, recordsOf({ messageId, steps: taken }))
    const traced = life.traceId === null ? {} : { traceId: life.traceId }
    message.lastSeq = await store({ messageId, ...traced, steps: [...noted, ...taken] }, message.lastSeq)
    message.life = life
    message.noted = []
    ledger.keep(message)
    onStored(message.lastSeq)
    message.accepted?.resolve()
  }

  function note(message: Message, step: Step): void {
    const noted = now(step)
    message.life = fold(message.life, recordsOf({ messageId: message.messageId, steps: [noted] }))
    message.noted.push(noted)
  }

  async function read(messageId: Hex): Promise<Kept | null> {
    const stored = await readRecords(jsm, messageId)
    const last = stored.at(-1)
    if (last === undefined) return null
    const records = stored.map(({ record }) => record)
    return { life: fold(null, records), lastSeq: last.seq }
  }

  return { begin, draft, append, note, read }
}

/** Another writer was there. */
function isConflict(error: unknown): boolean {
  return error instanceof EntenteError && error.code === 'LOG_CONFLICT'
}

function now(step: Step): ChainStep {
  return { ...step, atMs: Date.now() }
}
