import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEntry, recordsOf } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { parseJson } from '../stack/parse-json.ts'
import { readStream } from '../stack/read-stream.ts'
import type { Kept } from './journal.ts'
import { fold, isClosed, type Life } from './life.ts'

export interface Recovered {
  /** Messages that are not closed, in the order of their first entries. */
  readonly open: readonly Kept[]
  /** Per signer, the nonces at or above the chain's count under which something was numbered. */
  readonly taken: ReadonlyMap<Hex, ReadonlySet<number>>
  /** Messages that were final once, although the chain's count says that it does not have them; lowest nonce first. */
  readonly lost: readonly Life[]
}

/**
 * Folds the whole stream: what the last gateway left open, and which numbers are taken.
 *
 * @param counts per signer, how many transactions the chain has of it: what is closed below that is let go of at once
 */
export async function recover(nc: NatsConnection, counts: ReadonlyMap<Hex, number>): Promise<Recovered> {
  const lives = new Map<Hex, Kept>()
  for await (const { entry, seq } of readAll(nc)) {
    const before = lives.get(entry.messageId)?.life ?? null
    // The completion of a message that was let go of.
    if (before === null && entry.steps[0]!.state !== 'RECEIVED') continue
    const life = fold(before, recordsOf(entry))
    if (isClosed(life.state) && !isAbove(life, counts)) lives.delete(life.messageId)
    else lives.set(life.messageId, { life, lastSeq: seq })
  }
  const kept = [...lives.values()]
  const above = kept.map(({ life }) => life).filter(life => isAbove(life, counts))
  const lost = above.filter(life => isClosed(life.state)).sort((a, b) => a.nonce! - b.nonce!)
  return { open: kept.filter(({ life }) => !isClosed(life.state)), taken: noncesBySigner(above), lost }
}

/** Whether the message has a nonce that, by the chain's count, is not used yet. */
function isAbove({ signer, nonce }: Life, counts: ReadonlyMap<Hex, number>): boolean {
  return signer !== null && nonce! >= (counts.get(signer) ?? 0)
}

function noncesBySigner(lives: readonly Life[]): Map<Hex, Set<number>> {
  const groups = Map.groupBy(lives, life => life.signer!)
  return new Map([...groups].map(([signer, group]) => [signer, new Set(group.map(life => life.nonce!))]))
}

/** Everything that is in the stream now; begins anew where the reading broke off. */
async function* readAll(nc: NatsConnection): AsyncGenerator<{ entry: ChainEntry; seq: number }> {
  const { signal } = new AbortController()
  const subject = subjects.chainTx('*')
  for (let after = 0; ; ) {
    for await (const batch of readStream(nc, { stream: streams.chainTx, subject, after, signal })) {
      for (const message of batch) {
        const entry = parseJson(ChainEntry, message.data)
        if (entry) yield { entry, seq: message.seq }
        after = message.seq
      }
      if (!batch.at(-1)?.info.pending) return
    }
  }
}
