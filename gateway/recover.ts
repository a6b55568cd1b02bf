import { AckPolicy, DeliverPolicy, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import { nanos } from '@nats-io/nats-core'
import { ChainRecord } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import type { Kept } from './journal.ts'
import { evolve, isClosed, type Life } from './life.ts'

const BATCH = 500
const READER_IDLE_MS = 30_000

export interface Recovered {
  /** Messages that are not closed, in the order of their first records. */
  readonly open: Kept[]
  /** Per signer, the nonces under which something was ever numbered. */
  readonly nonces: ReadonlyMap<Hex, ReadonlySet<number>>
}

/** Folds the whole stream: what the last gateway left open, and which numbers are taken. */
export async function recover(js: JetStreamClient, jsm: JetStreamManager): Promise<Recovered> {
  const lives = new Map<Hex, Kept>()
  const nonces = new Map<Hex, Set<number>>()
  for await (const { record, seq } of readAll(js, jsm)) {
    const before: Life | null = lives.get(record.messageId)?.life ?? null
    const life = evolve(before, record)
    if (record.state === 'NONCED') remember(nonces, life.signer!, life.nonce!)
    lives.set(record.messageId, { life, lastSeq: seq })
  }
  return { open: [...lives.values()].filter(({ life }) => !isClosed(life.state)), nonces }
}

function remember(nonces: Map<Hex, Set<number>>, signer: Hex, nonce: number): void {
  const taken = nonces.get(signer) ?? new Set()
  nonces.set(signer, taken.add(nonce))
}

async function* readAll(
  js: JetStreamClient,
  jsm: JetStreamManager,
): AsyncGenerator<{ record: ChainRecord; seq: number }> {
  const info = await jsm.consumers.add(streams.chainTx, {
    filter_subject: subjects.chainTx('*'),
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(READER_IDLE_MS),
    mem_storage: true,
  })
  const consumer = await js.consumers.get(streams.chainTx, info.name)
  for (let left = info.num_pending; left > 0; ) {
    for await (const message of await consumer.fetch({ max_messages: Math.min(left, BATCH), expires: 5_000 })) {
      yield { record: ChainRecord.parse(message.json()), seq: message.seq }
      left -= 1
    }
  }
  await jsm.consumers.delete(streams.chainTx, info.name)
}
