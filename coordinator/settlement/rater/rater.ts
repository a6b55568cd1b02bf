import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEvent } from '../../../protocol/chain-event.ts'
import type { ChainInfo } from '../../../protocol/chain-message.ts'
import { signingDomain } from '../../../protocol/documents.ts'
import { TaskEntry } from '../../../protocol/events.ts'
import type { RaterFigures } from '../../../protocol/rater-figures.ts'
import { buckets, streams, subjects } from '../../../protocol/subjects.ts'
import { followStream } from '../../../stack/follow-stream.ts'
import { Lease, tendLeases } from '../../../stack/lease.ts'
import type { Log } from '../../../stack/log.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import type { ChainReader } from '../chain-reader.ts'
import { Standing } from '../settler/standing.ts'
import { type Due, Unrated } from './unrated.ts'
import { WriteRatings } from './write-ratings.ts'

const lookMs = 250
/** After a message, until its events are here, and after a try that sent nothing. */
const restMs = 1_000

export interface RaterOptions extends Due {
  readonly nc: NatsConnection
  readonly log: Log
  readonly chain: ChainInfo
  readonly reader: ChainReader
}

export interface Rater {
  figures(): RaterFigures
  stop(): Promise<void>
}

/**
 * Has written to ERC-8004's reputation registry what settled tasks say of their agents. It keeps nothing and signs nothing:
 * what waits it reads from the logs of tasks and the chain's events, and the contract takes each rating once, on proof.
 */
export async function startRater(options: RaterOptions): Promise<Rater> {
  const { nc, log, chain } = options
  const unrated = new Unrated()
  const standing = new Standing(nc, signingDomain(chain.chainId, chain.contractRegistry))
  const entries = followStream(nc, {
    ...{ stream: streams.tasks, subject: subjects.task('*'), log },
    take: ({ data }) => {
      const entry = parseJson(TaskEntry, data)
      if (entry) unrated.takeEntry(entry)
    },
  })
  const events = followStream(nc, {
    ...{ stream: streams.chainEvents, subject: subjects.chainEvent('*', '*'), log },
    take: ({ data }) => {
      const event = parseJson(ChainEvent, data)
      if (!event) return
      unrated.takeChainEvent(event)
      standing.take(event)
    },
  })
  await Promise.all([entries.caughtUp, events.caughtUp])
  const kv = await new Kvm(nc).open(buckets.leases)
  // Two who write at the same moment nevertheless write a rating once: the contract passes over the second.
  const lease = new Lease({ kv, key: 'rater', holder: randomUUID(), log })
  const tending = await tendLeases([lease])
  const stopping = new AbortController()
  const isLeader = () => lease.isHeld()
  const ratings = new WriteRatings({ ...options, unrated, standing, isLeader })
  const writing = (async () => {
    while (!stopping.signal.aborted) {
      const tried = await ratings
        .completeWritten()
        .then(() => ratings.writeDue())
        .catch((error: unknown) => {
          log.warn({ err: error }, 'not rated yet')
          return true
        })
      await sleep(tried ? restMs : lookMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()

  return {
    figures: () => ({
      holdsLease: isLeader(),
      ...unrated.seen,
      waiting: unrated.count,
      waitingSinceMs: unrated.waiting[0]?.settledAtMs ?? null,
    }),
    async stop() {
      stopping.abort()
      await writing
      await tending.stop()
      await Promise.all([entries.stop(), events.stop()])
    },
  }
}
