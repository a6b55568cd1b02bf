import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { KV } from '@nats-io/kv'
import { ChainEvent } from '../protocol/chain-event.ts'
import { cutText } from '../protocol/cut-text.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { parseJson } from '../stack/parse-json.ts'

const CURSOR = 'chain-events'

/** How many publishes are on their way at once. */
const BATCH = 256

/** Of an event with more, in characters of JSON, long texts are cut: anybody may have a contract say more than the bus carries. */
const WHOLE = 1_048_576
const CUT_TEXT = 1_024

/** Where publishing stands: all events of blocks before `nextBlock` are in the stream. */
interface Position {
  nextBlock: number
  /** Of `nextBlock`, those up to this log index are there too; -1 for none. */
  lastLogIndex: number
}

export interface EventLog {
  position(): Promise<Position>
  /**
   * Appends the events, all those of blocks from `position().nextBlock` to `to`. What is there already is left out.
   * @throws when the stream did not take one: then nothing after it is in either, and the position tells where to go on
   */
  publish(events: readonly ChainEvent[], to: number): Promise<void>
}

export type EventLogOptions = { js: JetStreamClient; jsm: JetStreamManager; cursors: KV }

/**
 * The stream of chain events. Every append states the sequence that the stream must end with, so one that is lost makes
 * all that follow it fail, and two writers cannot interleave. The stream itself is the truth about how far it goes; the
 * cursor in the bucket only saves looking again at blocks without events.
 */
export function openEventLog({ js, jsm, cursors }: EventLogOptions): EventLog {
  let known: (Position & { lastSeq: number }) | null = null

  async function find(): Promise<Position & { lastSeq: number }> {
    const [info, cursor] = await Promise.all([jsm.streams.info(streams.chainEvents), cursors.get(CURSOR)])
    const { first_seq: firstSeq, last_seq: lastSeq } = info.state
    const after = cursor === null ? 0 : Number(cursor.string()) + 1
    const last = await lastEvent(firstSeq)
    if (last === null) return { nextBlock: after, lastLogIndex: -1, lastSeq }
    const { blockNumber, logIndex } = last
    // The block of the last event may have more of them, unless the cursor says that it is done.
    if (blockNumber >= after) return { nextBlock: blockNumber, lastLogIndex: logIndex, lastSeq }
    return { nextBlock: after, lastLogIndex: -1, lastSeq }
  }

  /** The last event, if it was not purged; what strangers got into the stream by a reply subject is passed over. */
  async function lastEvent(firstSeq: number): Promise<ChainEvent | null> {
    // Where the end was purged, the last message is far from the last sequence.
    const last = await jsm.streams.getMessage(streams.chainEvents, { last_by_subj: subjects.chainEvent('*', '*') })
    if (last === null) return null
    for (let seq = last.seq; seq >= firstSeq; seq--) {
      const message = await jsm.streams.getMessage(streams.chainEvents, { seq })
      const event = message && parseJson(ChainEvent, message.data)
      if (event) return event
    }
    return null
  }

  async function position() {
    known ??= await find()
    return known
  }

  async function publish(events: readonly ChainEvent[], to: number): Promise<void> {
    const { nextBlock, lastLogIndex, lastSeq } = await position()
    const missing = events.filter(event => event.blockNumber > nextBlock || event.logIndex > lastLogIndex)
    // Whatever fails below, the stream is asked again how far it goes.
    known = null
    for (let start = 0; start < missing.length; start += BATCH) {
      const batch = missing.slice(start, start + BATCH)
      await Promise.all(batch.map((event, index) => append(js, event, lastSeq + start + index)))
    }
    known = { nextBlock: to + 1, lastLogIndex: -1, lastSeq: lastSeq + missing.length }
    if (missing.length > 0) await cursors.put(CURSOR, String(to))
  }

  return { position, publish }
}

async function append(js: JetStreamClient, event: ChainEvent, lastSequence: number): Promise<void> {
  const subject = subjects.chainEvent(event.contract, event.event)
  const msgID = `${event.blockHash}:${event.logIndex}`
  const { duplicate } = await js.publish(subject, textOf(event), { msgID, expect: { lastSequence } })
  if (duplicate) throw new Error(`event ${msgID} was in the stream already`)
}

function textOf(event: ChainEvent): string {
  const whole = JSON.stringify(event)
  if (whole.length <= WHOLE) return whole
  const cut = (text: string) => (text.length > CUT_TEXT ? `${cutText(text, CUT_TEXT)}…` : text)
  return JSON.stringify(event, (_, value) => (typeof value === 'string' ? cut(value) : value))
}
