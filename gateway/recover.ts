import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEntry } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { parseJson } from '../stack/parse-json.ts'
import { endOf, readStream } from '../stack/read-stream.ts'
import type { Ledger } from './ledger.ts'
import { isClosed, type Life } from './life.ts'

export interface Recovered {
  /** Sequence of the last entry that was read. */
  readonly after: number
  /** Messages that were final once, although the chain's count says that it does not have them; lowest nonce first. */
  readonly lost: readonly Life[]
}

/**
 * Reads the stream into the ledger: what other gateways have left open, or are at work on.
 *
 * @param counts per signer, how many transactions the chain has of it
 * @param begin sequence up to which every message is done with
 */
export async function recover(
  nc: NatsConnection,
  ledger: Ledger,
  counts: ReadonlyMap<Hex, number>,
  begin = 0,
): Promise<Recovered> {
  const closedAbove = new Map<Hex, Life>()
  let after = begin
  for await (const { entry, seq } of readAll(nc, begin)) {
    after = seq
    const life = entry && ledger.note(entry, seq)
    if (life && isClosed(life.state) && isAbove(life, counts)) closedAbove.set(life.messageId, life)
  }
  return { after, lost: [...closedAbove.values()].sort((a, b) => a.nonce! - b.nonce!) }
}

/** Whether the message has a nonce that, by the chain's count, is not used yet. */
function isAbove({ signer, nonce }: Life, counts: ReadonlyMap<Hex, number>): boolean {
  return signer !== null && nonce! >= (counts.get(signer) ?? 0)
}

/** Everything that is in the stream now after a place; begins anew where the reading broke off. */
async function* readAll(nc: NatsConnection, begin: number): AsyncGenerator<{ entry: ChainEntry | null; seq: number }> {
  const { signal } = new AbortController()
  const place = { stream: streams.chainTx, subject: subjects.chainTx('*') }
  const end = await endOf(await jetstreamManager(nc, { checkAPI: false }), place)
  for (let after = begin; after < end; ) {
    for await (const batch of readStream(nc, { ...place, after, signal })) {
      for (const message of batch) {
        yield { entry: parseJson(ChainEntry, message.data), seq: message.seq }
        after = message.seq
      }
      if (after >= end || batch.length === 0) return
    }
  }
}
