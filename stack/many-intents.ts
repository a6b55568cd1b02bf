import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import { IntentAccepted, messagesAtOnce } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { subjects } from '../protocol/subjects.ts'
import { askMany } from './ask.ts'
import type { NewIntent, Patience } from './chain-intent.ts'
import { roomOf } from './payload.ts'
import { createSlots } from './slots.ts'

/** How long the answer to one request is waited for, and so much more for each that is in it. */
const [requestMs, eachMs] = [2_000, 5]
/** So long the answer to a request of so many is waited for. */
export const answerWithinMs = (count: number): number => requestMs + eachMs * count
const retryMs = 100
/** Requests of one call that are under way. */
const inFlight = 4
const usualPatience: Patience = { timeoutMs: 30_000 }

type Answer = Json | EntenteError

/**
 * Hands many intents of one tenant to the gateway, in as few requests as they fit into; and again those that nobody answered for, or
 * that may be tried again, until the patience ends. Each is a message of its own: the same intent is the same message, and one that
 * is refused takes no other along.
 *
 * @returns for each, in their order, that it is stored; or why not, CHAIN_SLOW when nobody answered for it in time
 * @throws EntenteError when a request as a whole was refused
 */
export async function submitIntents(
  nc: NatsConnection,
  tenant: string,
  intents: readonly Omit<NewIntent, 'tenant'>[],
  patience: Patience = usualPatience,
): Promise<(IntentAccepted | EntenteError)[]> {
  const texts = intents.map(intent => JSON.stringify({ ...intent, tenant }))
  const answers = await insistForEach(nc, subjects.chainSubmitMany(tenant), texts, patience)
  return answers.map(answer => (answer instanceof EntenteError ? answer : IntentAccepted.parse(answer)))
}

/**
 * Tells the gateway that the outcomes of many messages were acted on. May be said again.
 *
 * @throws EntenteError the first reason why it could not be said of one; it is said of all others
 */
export async function completeMessages(
  nc: NatsConnection,
  messageIds: readonly Hex[],
  patience: Patience = usualPatience,
): Promise<void> {
  const texts = messageIds.map(messageId => JSON.stringify({ messageId }))
  const answers = await insistForEach(nc, subjects.chainDoneMany, texts, patience)
  const refusal = answers.find(answer => answer instanceof EntenteError)
  if (refusal) throw refusal
}

/** One of those that are asked for, until it has its answer. */
interface Asked {
  readonly text: string
  answer: Answer | undefined
  /** Not asked again before. */
  dueMs: number
}

async function insistForEach(
  nc: NatsConnection,
  subject: string,
  texts: readonly string[],
  { timeoutMs, signal, traceparent }: Patience,
): Promise<Answer[]> {
  const endMs = performance.now() + timeoutMs
  const room = roomOf(nc)
  const all: Asked[] = texts.map(text => ({ text, answer: tooLarge(text, room), dueMs: 0 }))
  const slots = createSlots(inFlight)
  for (;;) {
    const open = all.filter(({ answer }) => answer === undefined || (answer instanceof EntenteError && answer.retry))
    const nextMs = open.reduce((first, { dueMs }) => Math.min(first, dueMs), Number.POSITIVE_INFINITY)
    if (open.length === 0 || nextMs > endMs)
      return all.map(({ answer }) => (answer === undefined ? unanswered() : answer))
    const waitMs = nextMs - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, signal && { signal })
    signal?.throwIfAborted()
    const requests = cutIntoRequests(
      open.filter(({ dueMs }) => dueMs <= performance.now()),
      room,
    )
    const asking = { silence: 'CHAIN_SLOW', traceparent } as const
    await Promise.all(
      requests.map(request =>
        slots(async () => {
          const patienceMs = Math.min(endMs - performance.now(), answerWithinMs(request.length))
          await askFor(nc, subject, request, { ...asking, timeoutMs: Math.max(1, patienceMs) })
        }),
      ),
    )
  }
}

/** Why an intent fits into no request at all; undefined when it fits. */
export function tooLarge(text: string, room: number): EntenteError | undefined {
  const bytes = Buffer.byteLength(text)
  if (bytes + 2 <= room) return
  return new EntenteError('PAYLOAD_TOO_LARGE', `it has ${bytes} bytes, and a message of this bus holds ${room}`)
}

function unanswered(): EntenteError {
  return new EntenteError('CHAIN_SLOW', 'nobody was asked in time')
}

/** As many together as one request may have, and one message of the bus. */
export function cutIntoRequests<T extends Pick<Asked, 'text'>>(asked: readonly T[], room: number): T[][] {
  const requests: T[][] = []
  let bytes = room
  for (const each of asked) {
    const more = Buffer.byteLength(each.text) + 1
    if (bytes + more >= room || requests.at(-1)!.length === messagesAtOnce) {
      requests.push([])
      bytes = 1
    }
    requests.at(-1)!.push(each)
    bytes += more
  }
  return requests
}

async function askFor(
  nc: NatsConnection,
  subject: string,
  request: readonly Asked[],
  asking: Parameters<typeof askMany>[3],
): Promise<void> {
  const texts = request.map(({ text }) => text)
  const answers = await askMany(nc, subject, texts, asking).catch((error: unknown) => {
    if (!(error instanceof EntenteError) || !error.retry) throw error
    return texts.map(() => error)
  })
  for (const [index, each] of request.entries()) {
    const answer = answers[index]!
    each.answer = answer
    const waitMs = answer instanceof EntenteError ? (answer.retryAfterMs ?? 0) : 0
    each.dueMs = performance.now() + Math.max(retryMs, waitMs)
  }
}
