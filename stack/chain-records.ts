import type { JetStreamManager } from '@nats-io/jetstream'
import { ChainEntry, type ChainRecord, recordsOf } from '../protocol/chain-message.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { parseJson } from './parse-json.ts'
import { readSubject } from './read-subject.ts'

export interface StoredRecord {
  /** Sequence of its entry in the stream: what the next append to the same message expects to be last. */
  readonly seq: number
  readonly record: ChainRecord
}

/** The records of one message to the chain, oldest first; none when nobody ever sent it. */
export async function readRecords(jsm: JetStreamManager, messageId: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for await (const stored of readSubject(jsm, streams.chainTx, subjects.chainTx(messageId))) {
    const entry = parseJson(ChainEntry, stored.data)
    if (entry) records.push(...recordsOf(entry).map(record => ({ seq: stored.seq, record })))
  }
  return records
}
