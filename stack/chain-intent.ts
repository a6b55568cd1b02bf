import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import {
  ChainEntry,
  type ChainIntent,
  type ChainRecord,
  IntentAccepted,
  type MessageState,
  recordsOf,
} from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { ask } from './ask.ts'
import { readRecords } from './chain-records.ts'
import { parseJson, readJson } from './parse-json.ts'

/** The gateway answers once the intent is stored; one that died over it is not waited for much longer than that takes. */
const REQUEST_TIMEOUT_MS = 2_000
const RETRY_MS = 100
/** Hints can be lost with a connection; then the log is read again after this. */
const REREAD_MS = 2_000

/** Of these one, sooner or later, is stored for every message. */
const deciding: ReadonlySet<MessageState | undefined> = new Set(['FINAL', 'REVERTED', 'REJECTED', 'CANCELLED', 'DEAD'])

/** Those, and what may come after: a message that is there has its outcome. */
export const outcomes: ReadonlySet<MessageState | undefined> = new Set([...deciding, 'NOTIFIED', 'COMPLETED'])

/** An intent as its author writes it: `value` and `prove` may be left out. */
export type NewIntent = Omit<ChainIntent, 'value' | 'prove'> & Partial<Pick<ChainIntent, 'value' | 'prove'>>

export type Patience = {
  /** After this the wait ends with CHAIN_SLOW; the message itself goes on. */
  timeoutMs: number
  signal?: AbortSignal
  /** The trace that a new message belongs to (W3C); without it the gateway makes one. */
  traceparent?: string
}

/**
 * Hands an intent to the gateway, again and again until one has stored it: the same intent is the same message.
 *
 * @throws EntenteError as the gateway refused it, or CHAIN_SLOW when none answered in time
 */
export async function submitIntent(
  nc: NatsConnection,
  intent: NewIntent,
  patience: Patience = { timeoutMs: 30_000 },
): Promise<IntentAccepted> {
  return IntentAccepted.parse(await insist(nc, subjects.chainSubmit(intent.tenant), intent, patience))
}

/** Tells the gateway that the outcome of a message was acted on. May be said again. */
export async function completeMessage(
  nc: NatsConnection,
  messageId: Hex,
  patience: Patience = { timeoutMs: 30_000 },
): Promise<void> {
  await insist(nc, subjects.chainDone, { messageId }, patience)
}

/**
 * Takes a message back if that is still possible; its outcome says whether it was: CANCELLED, or as it would have been.
 *
 * @throws EntenteError NOT_FOUND, or CHAIN_SLOW when no gateway answered in time
 */
export async function cancelMessage(
  nc: NatsConnection,
  { tenant, ...cancellation }: { tenant: string; messageId: Hex; reason: string },
  patience: Patience = { timeoutMs: 30_000 },
): Promise<IntentAccepted> {
  return IntentAccepted.parse(await insist(nc, subjects.chainCancel(tenant), cancellation, patience))
}

/**
 * Waits until a message has its outcome.
 *
 * @returns its FINAL record: transaction, block, gas, and the proof if one was asked for
 * @throws EntenteError CHAIN_REVERTED with the contract's reason, or CHAIN_SLOW
 */
export async function awaitOutcome(nc: NatsConnection, messageId: Hex, patience: Patience): Promise<ChainRecord> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const endMs = performance.now() + patience.timeoutMs
  let hinted = Promise.withResolvers<void>()
  // What comes by the subject may have been refused by the stream: it only says when to look there, and is not checked.
  const hints = nc.subscribe(subjects.chainTx(messageId), {
    callback: (error, message) => {
      if (!error && outcomes.has(stateAfter(readJson(message.data) as Partial<ChainEntry> | null))) hinted.resolve()
    },
  })
  try {
    // Without the subscription nothing hints; what the stream has is read all the same.
    await nc.flush().catch(() => {})
    for (;;) {
      hinted = Promise.withResolvers<void>()
      const outcome = await readOutcome(jsm, messageId)
      if (outcome !== null) return succeeded(outcome)
      const leftMs = endMs - performance.now()
      if (leftMs <= 0) throw new EntenteError('CHAIN_SLOW', `message ${messageId} has no outcome yet`)
      await pause(Math.min(leftMs, REREAD_MS), hinted.promise, patience.signal)
    }
  } finally {
    hints.unsubscribe()
  }
}

/** The record that decided; null as long as none did. */
export async function readOutcome(jsm: JetStreamManager, messageId: Hex): Promise<ChainRecord | null> {
  const stored = await jsm.streams.getMessage(streams.chainTx, { last_by_subj: subjects.chainTx(messageId) })
  if (!stored) return null
  const newest = parseJson(ChainEntry, stored.data)
  if (newest) {
    if (!outcomes.has(stateAfter(newest))) return null
    const decided = decidedIn(recordsOf(newest))
    if (decided) return decided
  }
  // What decided is before the newest entry, or that is a stranger's junk.
  return decidedIn((await readRecords(jsm, messageId)).map(({ record }) => record))
}

/** The one of these records that decided; null when none did. */
export function decidedIn(records: readonly ChainRecord[]): ChainRecord | null {
  return records.find(({ state }) => deciding.has(state)) ?? null
}

function stateAfter(entry: Partial<ChainEntry> | null): MessageState | undefined {
  return Array.isArray(entry?.steps) ? entry.steps.at(-1)?.state : undefined
}

/** @throws EntenteError CHAIN_REVERTED, with the contract's reason, when the record that decided is another than FINAL */
export function succeeded(record: ChainRecord): ChainRecord {
  if (record.state === 'FINAL') return record
  const { revert, cause = record.state } = record
  const why = revert === undefined ? cause : `${revert.name} ${JSON.stringify(revert.args)}`
  throw new EntenteError('CHAIN_REVERTED', `message ${record.messageId} is ${record.state}: ${why}`, { cause: record })
}

/** Asks a gateway again while it is silent, or says that it may be asked again. */
export function insist(nc: NatsConnection, subject: string, payload: unknown, patience: Patience): Promise<unknown> {
  return insistOn(async mostMs => {
    const timeoutMs = Math.min(mostMs, REQUEST_TIMEOUT_MS)
    return ask(nc, subject, payload, { timeoutMs, silence: 'CHAIN_SLOW', traceparent: patience.traceparent })
  }, patience)
}

/** @param askOnce is told how long its answer is waited for at most */
export async function insistOn(askOnce: (mostMs: number) => Promise<Json>, patience: Patience): Promise<Json> {
  const endMs = performance.now() + patience.timeoutMs
  for (;;) {
    let waitMs = RETRY_MS
    try {
      return await askOnce(Math.max(1, endMs - performance.now()))
    } catch (error) {
      const mayMend = error instanceof EntenteError && error.retry
      waitMs = Math.max(RETRY_MS, (mayMend && error.retryAfterMs) || 0)
      if (!mayMend || performance.now() + waitMs > endMs) throw error
    }
    await pause(waitMs, new Promise(() => {}), patience.signal)
  }
}

/** Ends early when woken; throws when the signal ends the wait. */
async function pause(ms: number, woken: Promise<void>, signal?: AbortSignal): Promise<void> {
  const ended = new AbortController()
  const signals = signal ? [signal, ended.signal] : [ended.signal]
  const slept = sleep(ms, undefined, { signal: AbortSignal.any(signals) })
  // Both ways out are swallowed here; the caller's own abort is thrown below.
  await Promise.race([woken, slept.catch(() => {})])
  ended.abort()
  signal?.throwIfAborted()
}
