import type { JetStreamManager, MsgRequest } from '@nats-io/jetstream'
import { ChainRecord } from '../protocol/chain-message.ts'
import { streams, subjects } from '../protocol/subjects.ts'

export interface StoredRecord {
  /** Its sequence in the stream: what the next append to the same message expects to be last. */
  readonly seq: number
  readonly record: ChainRecord
}

/** The records of one message to the chain, oldest first; none when nobody ever sent it. */
export async function readRecords(jsm: JetStreamManager, messageId: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for (let seq = 1; ; seq = records.at(-1)!.seq + 1) {
    // Servers take it since 2.9; the client's type knows it for direct requests only.
    const query = { seq, next_by_subj: subjects.chainTx(messageId) } as MsgRequest
    const stored = await jsm.streams.getMessage(streams.chainTx, query)
    if (stored === null) return records
    records.push({ seq: stored.seq, record: ChainRecord.parse(stored.json()) })
  }
}
