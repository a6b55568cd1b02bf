import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEvent } from '../../../protocol/chain-event.ts'
import type { ChainInfo } from '../../../protocol/chain-message.ts'
import { signingDomain } from '../../../protocol/documents.ts'
import { TaskEntry } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import { buckets, streams, subjects } from '../../../protocol/subjects.ts'
import { followStream } from '../../../stack/follow-stream.ts'
import { Lease, tendLeases } from '../../../stack/lease.ts'
import type { Log } from '../../../stack/log.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import { handleWith } from '../../handle.ts'
import { Snapshots } from '../../log/snapshots.ts'
import { TaskLog } from '../../log/task-log.ts'
import { leaveToCoordinators } from '../../owed/leave.ts'
import type { ChainReader } from '../chain-reader.ts'
import { followEvidence } from '../evidence-leaves.ts'
import { readRules } from '../read-facts.ts'
import { Acts } from './acts.ts'
import { BatchTasks } from './batch-tasks.ts'
import { cover } from './cover.ts'
import { type FollowUp, followUp } from './follow-up.ts'
import { type Posting, post } from './post.ts'
import { Standing } from './standing.ts'

const lookMs = 250
/** A try that posted nothing is not made again at once. */
const restMs = 2_000

export interface SettlerOptions {
  readonly nc: NatsConnection
  readonly log: Log
  readonly chain: ChainInfo
  readonly reader: ChainReader
  /** Whose bond batches are posted under; the gateway has its key. */
  readonly account: Address
  /** Of the keeper of the evidence log. */
  readonly privateKey: Hex
  /** Blocks on top of a block after which it is final for us. */
  readonly confirmations: number
  /** A batch is posted when so many tasks wait, and takes no more... */
  readonly tasks: number
  /** ...or when one has waited so long. */
  readonly seconds: number
}

/**
 * Settles tasks by batches. It keeps nothing: what waits it reads from the logs of tasks, what was posted from the chain's
 * events. Killed at any instant it goes on from there, and each thing it does can be done again: a file has its name from
 * what is in it, a message from what it does, a log takes an event once, and the contract takes one batch on top of another.
 */
export async function startSettler(options: SettlerOptions) {
  const { nc, log, chain, reader, account, privateKey, confirmations } = options
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const jsm = await jetstreamManager(nc)
  const writer = randomUUID()
  const left = await leaveToCoordinators({ nc, jsm, log, writer })
  const logs = new TaskLog(jetstream(nc), jsm, await Snapshots.open(nc, log), writer)
  const handle = left.leaving(handleWith(logs))
  const tasks = new BatchTasks()
  const standing = new Standing(nc, domain)
  const due = new Set<bigint>()
  const evidence = await followEvidence(nc, log)
  const events = followStream(nc, {
    ...{ stream: streams.chainEvents, subject: subjects.chainEvent('*', '*'), log },
    take: ({ data }) => {
      const event = parseJson(ChainEvent, data)
      const id = event && standing.take(event)
      if (id) due.add(id)
    },
  })
  const entries = followStream(nc, {
    ...{ stream: streams.tasks, subject: subjects.task('*'), log },
    take: ({ data }) => {
      const entry = parseJson(TaskEntry, data)
      if (entry) tasks.take(entry)
    },
  })
  await Promise.all([events.caughtUp, entries.caughtUp])
  const [windowSeconds, rules] = await Promise.all([
    reader.read('Batches', 'windowSeconds', []),
    readRules(reader, domain),
  ])
  const acts = new Acts({ nc, log, reader, account })
  const shared = { nc, log, jsm, handle, logs, reader, acts, standing, tasks, evidence, domain, account, privateKey }
  const posting: Posting = {
    ...shared,
    most: options.tasks,
    rules,
    settling: taskId => standing.settling(taskId),
  }
  const following: FollowUp = { ...shared, windowSeconds: BigInt(windowSeconds) }
  const kv = await new Kvm(nc).open(buckets.leases)
  // Two who post at the same moment nevertheless cannot both succeed: a batch names the one that it continues.
  const lease = new Lease({ kv, key: `settler-${account}`, holder: randomUUID(), log })
  const tending = await tendLeases([lease])
  const stopping = new AbortController()
  let notBeforeMs = 0

  async function coverAll(): Promise<void> {
    for (const task of tasks.uncovered()) {
      if (lease.isHeld()) await cover({ reader, handle, tasks, confirmations }, task)
    }
  }

  async function followAll(): Promise<void> {
    for (const id of [...due].sort((a, b) => (a < b ? -1 : 1))) {
      if (lease.isHeld() && (await followUp(following, standing.get(id)!))) due.delete(id)
    }
  }

  async function postDue(): Promise<void> {
    const waiting = tasks.waiting()
    const isDue =
      waiting.length >= options.tasks ||
      (waiting.length > 0 && waiting[0]!.computedAtMs! + options.seconds * 1_000 <= Date.now())
    if (!isDue || !lease.isHeld() || Date.now() < notBeforeMs) return
    notBeforeMs = Date.now() + restMs
    await post(posting)
  }

  /** A duty that fails is done when it is looked at next. */
  async function keepDoing(duty: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      await duty().catch((error: unknown) => log.warn({ err: error }, 'not done yet'))
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const duties = [keepDoing(coverAll), keepDoing(followAll), keepDoing(postDue)]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(duties)
      await tending.stop()
      await left.stop()
      await Promise.all([events.stop(), entries.stop(), evidence.stop()])
    },
  }
}
