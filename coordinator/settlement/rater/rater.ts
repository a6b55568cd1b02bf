import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEvent } from '../../../protocol/chain-event.ts'
import type { ChainInfo } from '../../../protocol/chain-message.ts'
import { signingDomain } from '../../../protocol/documents.ts'
import { TaskEntry } from '../../../protocol/events.ts'
import type { Address } from '../../../protocol/ids.ts'
import type { RaterFigures } from '../../../protocol/rater-figures.ts'
import { buckets, streams, subjects } from '../../../protocol/subjects.ts'
import { followStream } from '../../../stack/follow-stream.ts'
import { Lease, tendLeases } from '../../../stack/lease.ts'
import type { Log } from '../../../stack/log.ts'
import { completeMessages } from '../../../stack/many-intents.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import type { Call, ChainReader } from '../chain-reader.ts'
import { Standing } from '../settler/standing.ts'
import { firstOf, rateBatchedCall, rateCall } from './calls.ts'
import { Telling } from './tell.ts'
import { Unrated, type UnratedTask } from './unrated.ts'

const lookMs = 250
/** After a message, until its events are here, and after a try that sent nothing. */
const restMs = 1_000
/** The contract asks nothing of whoever calls. */
const anybody: Address = `0x${'00'.repeat(20)}`

export interface RaterOptions {
  readonly nc: NatsConnection
  readonly log: Log
  readonly chain: ChainInfo
  readonly reader: ChainReader
  /** Ratings are written when so many wait, and so many at a time... */
  readonly ratings: number
  /** ...or when one has waited so long. */
  readonly seconds: number
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
  const { nc, log, chain, reader } = options
  const unrated = new Unrated()
  const standing = new Standing(nc, signingDomain(chain.chainId, chain.contractRegistry))
  const telling = new Telling(nc, log)
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

  /** The call that rates tasks of one batch, or of none; null while the lines of the batch are not there. */
  async function callFor(tasks: readonly UnratedTask[], batch: bigint | null): Promise<Call | null> {
    if (batch === null) return rateCall(tasks)
    const posted = standing.get(batch)
    const ledger = posted && (await standing.linesOf(posted))
    return ledger ? rateBatchedCall(tasks, posted, ledger) : null
  }

  /** What the chain would take now. */
  async function takable(tasks: readonly UnratedTask[], batch: bigint | null): Promise<UnratedTask[]> {
    const taken: UnratedTask[] = []
    for (const task of tasks) {
      const call = await callFor([task], batch)
      const refusal = call ? await reader.tryCall(anybody, call) : 'the lines of its batch are not known'
      if (refusal === null) taken.push(task)
      else log.warn({ taskId: task.taskId, refusal }, 'the chain would not take ratings of a task now')
    }
    return taken
  }

  async function writeDue(): Promise<boolean> {
    const { waiting } = unrated
    const isDue =
      unrated.count >= options.ratings ||
      (waiting.length > 0 && waiting[0]!.settledAtMs + options.seconds * 1_000 <= Date.now())
    if (!isDue || !lease.isHeld()) return false
    const first = firstOf(waiting, options.ratings)
    for (const [batch, tasks] of Map.groupBy(first, ({ batched }) => batched?.id ?? null)) {
      const taken = await takable(tasks, batch)
      const call = taken.length > 0 ? await callFor(taken, batch) : null
      if (call && lease.isHeld()) await telling.tell(taken[0]!.taskId, call)
    }
    return true
  }

  /** Of what a transaction wrote all is known by now: that is what there is to act on. */
  async function completeWritten(): Promise<void> {
    if (!lease.isHeld()) return
    const written = unrated.takeWritten().map(([txHash, taskId]) => telling.messageOf(taskId, txHash))
    await completeMessages(
      nc,
      (await Promise.all(written)).filter(messageId => messageId !== null),
    )
  }

  const writing = (async () => {
    while (!stopping.signal.aborted) {
      const tried = await completeWritten()
        .then(writeDue)
        .catch((error: unknown) => {
          log.warn({ err: error }, 'not rated yet')
          return true
        })
      await sleep(tried ? restMs : lookMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()

  return {
    figures: () => ({
      holdsLease: lease.isHeld(),
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
