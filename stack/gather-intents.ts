import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import { IntentAccepted } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import { subjects } from '../protocol/subjects.ts'
import { askMany } from './ask.ts'
import { insistOn, type NewIntent } from './chain-intent.ts'
import { answerWithinMs, cutIntoRequests, tooLarge } from './many-intents.ts'
import { roomOf } from './payload.ts'

/** What is handed over within this goes in one request: little beside the block that each waits for. */
const gatherMs = 10
const patience = { timeoutMs: 30_000 }

/**
 * Hands an intent to the gateway as `submitIntent` does, again and again until one has stored it.
 * @throws EntenteError as the gateway refused it, or CHAIN_SLOW when none answered in time
 */
export type SubmitIntent = (intent: NewIntent) => Promise<IntentAccepted>

/** One that waits for its answer. */
interface Asked extends PromiseWithResolvers<Json> {
  readonly text: string
}

/**
 * For whoever sends intents of one tenant one by one, and has many at a time: they go together, and each is answered, refused and
 * tried again by itself.
 */
export function gatherIntents(nc: NatsConnection, tenant: string): SubmitIntent {
  let gathering: Asked[] | null = null

  function gather(): Asked[] {
    const asked: Asked[] = []
    void sleep(gatherMs).then(() => {
      gathering = null
      for (const request of cutIntoRequests(asked, roomOf(nc))) void askFor(nc, tenant, request)
    })
    return asked
  }

  function askOnce(text: string): Promise<Json> {
    const asked = { text, ...Promise.withResolvers<Json>() }
    gathering ??= gather()
    gathering.push(asked)
    return asked.promise
  }

  return async intent => {
    const text = JSON.stringify(intent)
    const refusal = tooLarge(text, roomOf(nc))
    if (refusal) throw refusal
    return IntentAccepted.parse(await insistOn(() => askOnce(text), patience))
  }
}

async function askFor(nc: NatsConnection, tenant: string, request: readonly Asked[]): Promise<void> {
  const texts = request.map(({ text }) => text)
  const asking = { timeoutMs: answerWithinMs(request.length), silence: 'CHAIN_SLOW' } as const
  try {
    const answers = await askMany(nc, subjects.chainSubmitMany(tenant), texts, asking)
    for (const [index, { resolve, reject }] of request.entries()) {
      const answer = answers[index]!
      if (answer instanceof EntenteError) reject(answer)
      else resolve(answer)
    }
  } catch (error) {
    for (const { reject } of request) reject(error)
  }
}
