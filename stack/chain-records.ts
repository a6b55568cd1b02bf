import type { JetStreamManager } from '@nats-io/jetstream'
import { ChainRecord } from '../protocol/chain-message.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { readSubject } from './read-subject.ts'

export interface StoredRecord {
  /** Its sequence in the stream: what the next append to the same message expects to be last. */
  readonly seq: number
  readonly record: ChainRecord
}

/** The records of one message to the chain, oldest first; none when nobody ever sent it. */
export async function readRecords(jsm: JetStreamManager, messageId: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for await (const stored of readSubject(jsm, streams.chainTx, subjects.chainTx(messageId))) {
    records.push({ seq: stored.seq, record: ChainRecord.parse(stored.json()) })
  }
  return records
}
