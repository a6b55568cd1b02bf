import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { type ChainRecord, messageIdOf, recordsOf } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams } from '../protocol/subjects.ts'
import { decidedIn, type NewIntent, outcomes, readOutcome, succeeded } from './chain-intent.ts'
import { followOutcomes } from './follow-outcomes.ts'
import { gatherIntents } from './gather-intents.ts'
import type { Log } from './log.ts'

/** An outcome that was not heard, because the gateway knew less than the log when it answered, is found after this. */
const rereadMs = 5_000

/**
 * Has an intent carried out: hands it to the gateway, and waits until the message has its outcome.
 *
 * @param inTurn when it is handed over; left out, at once
 * @returns its FINAL record: transaction, block, gas, and the proof if one was asked for
 * @throws EntenteError as the gateway refused it, CHAIN_REVERTED with the contract's reason, or CHAIN_SLOW
 */
export type CarryOut = (intent: NewIntent, inTurn?: InTurn) => Promise<ChainRecord>
type InTurn = <T>(hand: () => Promise<T>) => Promise<T>

export interface CarryingOut {
  readonly nc: NatsConnection
  readonly log: Log
  /** Whose intents they are. */
  readonly tenant: string
  /** How long an outcome is waited for, once the message is stored; the message itself goes on. */
  readonly outcomeMs: number
}

/**
 * For whoever has many intents under way: they are handed over together, and one reader of the log hears what becomes of all. Sent
 * and waited for one by one, each takes a request of its own, two reads of the log and a subscription.
 */
export async function openCarryOut({ nc, log, tenant, outcomeMs }: CarryingOut) {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const submit = gatherIntents(nc, tenant)
  const stopping = new AbortController()
  const waiting = new Map<Hex, Set<Ear>>()
  let heedAgain = (_messageId: Hex) => {}
  const following = followOutcomes(nc, {
    after: (await jsm.streams.info(streams.chainTx)).state.last_seq,
    isWanted: messageId => waiting.has(messageId),
    take(entries) {
      for (const entry of entries)
        for (const ear of waiting.get(entry.messageId) ?? []) ear.tell(decidedIn(recordsOf(entry)))
    },
    takeAgain: messageId => heedAgain(messageId),
    log,
    signal: stopping.signal,
  })

  async function outcomeOf(messageId: Hex, ear: Ear): Promise<ChainRecord> {
    const endMs = performance.now() + outcomeMs
    for (;;) {
      const leftMs = Math.max(0, endMs - performance.now())
      const outcome = (await ear.listen(Math.min(leftMs, rereadMs))) ?? (await readOutcome(jsm, messageId))
      if (outcome !== null) return outcome
      if (leftMs === 0) throw new EntenteError('CHAIN_SLOW', `message ${messageId} has no outcome yet`)
    }
  }

  const carryOut: CarryOut = async (intent, inTurn = hand => hand()) => {
    const messageId = messageIdOf(intent)
    // Before it is handed over: what becomes of it may be heard before the gateway's answer.
    const ear = new Ear()
    const ears = waiting.get(messageId) ?? new Set()
    waiting.set(messageId, ears.add(ear))
    try {
      const { state } = await inTurn(() => submit(intent))
      const known = outcomes.has(state) ? await readOutcome(jsm, messageId) : null
      return succeeded(known ?? (await outcomeOf(messageId, ear)))
    } finally {
      ears.delete(ear)
      if (ears.size === 0) waiting.delete(messageId)
    }
  }

  return {
    carryOut,
    /** Calls back with each message that nobody waits for here, and whose outcome is told again. */
    onToldAgain(heed: (messageId: Hex) => void): void {
      heedAgain = heed
    },
    async stop() {
      stopping.abort()
      await following
    },
  }
}

/** Waits for one outcome. */
class Ear {
  #told = Promise.withResolvers<ChainRecord | null>()

  /** Null: there is one to be read. */
  tell(outcome: ChainRecord | null): void {
    this.#told.resolve(outcome)
  }

  /** What was told since it listened last, or null when nothing was in this time. */
  async listen(ms: number): Promise<ChainRecord | null> {
    const { promise, resolve } = this.#told
    const timer = setTimeout(() => resolve(null), ms)
    const outcome = await promise
    clearTimeout(timer)
    if (outcome === null) this.#told = Promise.withResolvers()
    return outcome
  }
}
