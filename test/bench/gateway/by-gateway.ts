import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { messageIdOf } from '../../../protocol/chain-message.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { streams } from '../../../protocol/subjects.ts'
import { completeMessage, type NewIntent, submitIntent } from '../../../stack/chain-intent.ts'
import { followOutcomes } from '../../../stack/follow-outcomes.ts'
import { completeMessages, submitIntents } from '../../../stack/many-intents.ts'
import type { Ground } from '../../harness/gateway-ground.ts'
import { inParallel, type Way } from './measured.ts'

/** How the messages are to go: alone or together, and by which key or pool. */
export interface By {
  readonly lane: 'single' | 'batch'
  readonly from: NewIntent['from']
  /** Stated by the sender; null: the node is asked. */
  readonly gasLimit: string | null
  /** Whether the sender says of each outcome that it has acted on it, or keeps a cursor of its own. */
  readonly completes: 'said' | 'final'
}

const tenant = 'consortium'
const patience = { timeoutMs: 60_000 }
/** What becomes free within this is handed over together. */
const gatherMs = 10
let runs = 0

/**
 * Sends through the gateway: every intent is stored, numbered, signed and followed, its outcome read from the log, and said
 * to be acted on.
 */
export async function byGateway(ground: Ground, count: number, inFlight: number, by: Partial<By> = {}): Promise<Way[]> {
  const { nc, intentOf, outcomes, ways } = await begin(ground, by)
  const completions: Promise<void>[] = []
  await inParallel(count, inFlight, async index => {
    const intent = intentOf(index)
    const messageId = messageIdOf(intent)
    const final = outcomes.of(messageId)
    const fromMs = performance.now()
    await submitIntent(nc, intent, patience)
    ways.push({ fromMs, toMs: await final })
    completions.push(completeMessage(nc, messageId, patience))
  })
  await Promise.all(completions)
  await outcomes.stop()
  return ways
}

/** So many under way at a time; or so many a second, however long they take. */
export type Pace = { readonly inFlight: number } | { readonly perSecond: number }

/** The same through the doors that take many: intents in one request, and in one what was acted on. */
export async function byBulkDoors(
  ground: Ground,
  count: number,
  pace: Pace,
  { completes = 'said', ...by }: Partial<By> = {},
): Promise<Way[]> {
  const { nc, intentOf, outcomes, ways } = await begin(ground, { completes, ...by })
  const requests: Promise<unknown>[] = []
  let done: Hex[] = []
  const beginMs = performance.now()
  for (let next = 0; ways.length < count; await sleep(gatherMs)) {
    const nowMs = performance.now()
    const due = 'inFlight' in pace ? ways.length + pace.inFlight : ((nowMs - beginMs) * pace.perSecond) / 1_000
    const until = Math.min(Math.floor(due), count)
    const taken = Array.from({ length: until - next }, (_, offset) => intentOf(next + offset))
    for (const [offset, intent] of taken.entries()) {
      const messageId = messageIdOf(intent)
      // What is late to be handed over has waited already.
      const fromMs = 'inFlight' in pace ? nowMs : beginMs + ((next + offset) * 1_000) / pace.perSecond
      void outcomes.of(messageId).then(toMs => {
        ways.push({ fromMs, toMs })
        if (completes === 'said') done.push(messageId)
      })
    }
    next = until
    requests.push(submitAll(nc, taken), completeMessages(nc, done, patience))
    done = []
  }
  await Promise.all([...requests, completeMessages(nc, done, patience)])
  await outcomes.stop()
  return ways
}

async function submitAll(nc: NatsConnection, taken: readonly NewIntent[]): Promise<void> {
  const refused = (await submitIntents(nc, tenant, taken, patience)).find(answer => answer instanceof Error)
  if (refused) throw refused
}

async function begin({ nc, relayer }: Ground, by: Partial<By>) {
  const ways: Way[] = []
  const all = { lane: 'single', from: relayer, gasLimit: null, completes: 'said', ...by } as const
  return { nc, intentOf: intents(all), outcomes: await hear(nc), ways }
}

function intents({ lane, from, gasLimit, completes }: By): (index: number) => NewIntent {
  runs += 1
  const run = runs
  return index => ({
    ...{ tenant, operation: 'bench', businessId: `${run}-${index}`, from },
    ...{ contract: 'ContractRegistry', call: 'deploymentBlock', args: [], lane },
    ...(gasLimit === null ? {} : { gasLimit }),
    ...(completes === 'said' ? {} : { completes }),
  })
}

/** When each message was known to be final. */
async function hear(nc: NatsConnection) {
  const { state } = await (await jetstreamManager(nc)).streams.info(streams.chainTx)
  const stopping = new AbortController()
  const waiting = new Map<Hex, (atMs: number) => void>()
  const following = followOutcomes(nc, {
    after: state.last_seq,
    signal: stopping.signal,
    take(entries) {
      const nowMs = performance.now()
      for (const { messageId, steps } of entries) {
        if (steps.some(({ state }) => state === 'FINAL')) waiting.get(messageId)?.(nowMs)
        waiting.delete(messageId)
      }
    },
  })
  return {
    of: (messageId: Hex) => new Promise<number>(resolve => waiting.set(messageId, resolve)),
    stop() {
      stopping.abort()
      return following
    },
  }
}
