import { setTimeout as sleep } from 'node:timers/promises'
import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import type { ChainIntent, ChainRecord } from '../protocol/chain-message.ts'
import { messageIdOf } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { readRecords } from '../stack/chain-records.ts'
import type { Log } from '../stack/log.ts'
import { evolve, type Life } from './life.ts'
import type { Message } from './message.ts'

const WRONG_LAST_SEQUENCE = 10071
const RETRY_MS = 100

export type Step = Omit<ChainRecord, 'messageId' | 'atMs'>

/** A life, and the sequence of its last record. */
export interface Kept {
  readonly life: Life
  readonly lastSeq: number
}

/** The only way to change a message: nothing is done before the record that says so is stored. */
export interface Journal {
  /** Stores an intent as a new message; null when there is one under its key. */
  receive(intent: ChainIntent): Promise<Kept | null>
  /**
   * Stores the next step, then takes it into the message's life.
   * @throws EntenteError LOG_CONFLICT when another writer was there
   */
  append(message: Message, step: Step): Promise<void>
  /** What the log has of a message; null when it has nothing. */
  read(messageId: Hex): Promise<Kept | null>
}

export type JournalOptions = { js: JetStreamClient; jsm: JetStreamManager; log: Log; signal: AbortSignal }

export function openJournal({ js, jsm, log, signal }: JournalOptions): Journal {
  /** Tries until the stream has answered: without it the gateway may not do anything else anyway. */
  async function store(record: ChainRecord, lastSubjectSequence: number): Promise<number> {
    const subject = subjects.chainTx(record.messageId)
    const text = JSON.stringify(record)
    for (;;) {
      try {
        return (await js.publish(subject, text, { expect: { lastSubjectSequence } })).seq
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE) return own(subject, text)
        log.warn({ messageId: record.messageId, state: record.state, error: String(error) }, 'not stored yet')
        await sleep(RETRY_MS, undefined, { signal })
      }
    }
  }

  /** A publish whose answer was lost is found as the last record; anything else there is someone else's. */
  async function own(subject: string, text: string): Promise<number> {
    const last = await jsm.streams.getMessage(streams.chainTx, { last_by_subj: subject })
    if (last !== null && last.string() === text) return last.seq
    throw new EntenteError('LOG_CONFLICT', `another gateway has written to ${subject}`)
  }

  async function receive(intent: ChainIntent): Promise<Kept | null> {
    const record: ChainRecord = { messageId: messageIdOf(intent), state: 'RECEIVED', atMs: Date.now(), intent }
    try {
      return { life: evolve(null, record), lastSeq: await store(record, 0) }
    } catch (error) {
      if (error instanceof EntenteError && error.code === 'LOG_CONFLICT') return null
      throw error
    }
  }

  async function append(message: Message, step: Step): Promise<void> {
    const record: ChainRecord = { messageId: message.messageId, atMs: Date.now(), ...step }
    const life = evolve(message.life, record)
    message.lastSeq = await store(record, message.lastSeq)
    message.life = life
  }

  async function read(messageId: Hex): Promise<Kept | null> {
    const records = await readRecords(jsm, messageId)
    const last = records.at(-1)
    if (last === undefined) return null
    const life = records.reduce<Life | null>((folded, { record }) => evolve(folded, record), null)
    return { life: life!, lastSeq: last.seq }
  }

  return { receive, append, read }
}
