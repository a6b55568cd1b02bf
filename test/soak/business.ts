import { jetstreamManager } from '@nats-io/jetstream'
import { ChainEntry, messageIdOf } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { completeMessage, type NewIntent, submitIntent } from '../../stack/chain-intent.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { readStream } from '../../stack/read-stream.ts'
import type { Ground } from '../harness/gateway-ground.ts'
import type { Random } from '../harness/seeded.ts'
import type { SoakOptions } from './options.ts'

const patience = { timeoutMs: 300_000 }

export interface Business {
  /** Sends all messages, so many at a time, and says of every outcome that it was acted on. */
  run(messages: number, inFlight: number): Promise<void>
  readonly done: number
  /** Outcomes that were lost the first time, and came again. */
  readonly saidAgain: number
  /** What ended otherwise than it should. */
  readonly failed: readonly string[]
}

/** Of the message by this number the effect is known: it mints so many tokens, as no other does. */
export function mintOf(
  { governor, minter, senders }: Pick<Ground, 'governor' | 'minter' | 'senders'>,
  number: number,
): NewIntent {
  return {
    ...{ tenant: 'consortium', operation: 'soak', businessId: `${number}`, from: minter },
    ...{ contract: 'EntenteToken', call: 'mint', args: [governor, `${number}`] },
    ...(senders.length > 1 && number % orderedOf === 0 && { orderKey: orderOf(number) }),
  }
}

/** With a pool, every second message is in an order. */
const orderedOf = 2
const orders = 8

/** The order of a message by its number. */
export function orderOf(number: number): string {
  return `order ${(number / orderedOf) % orders}`
}

type Manner = Pick<SoakOptions, 'unheardPercent' | 'together'>

/** The side that the gateway works for: it sends, hears, acts, and says so. */
export function startBusiness(
  ground: Ground,
  random: Random,
  { unheardPercent, together }: Manner,
  signal: AbortSignal,
): Business {
  const { nc } = ground
  const waiting = new Map<Hex, () => void>()
  const lost = new Set<Hex>()
  const seen = { done: 0, saidAgain: 0, failed: [] as string[] }

  async function hear(entry: ChainEntry): Promise<void> {
    const { messageId, steps } = entry
    const { state, cause } = steps.at(-1)!
    const settle = waiting.get(messageId)
    if (settle === undefined) return
    if (state === 'REJECTED' || state === 'DEAD' || state === 'REVERTED' || state === 'CANCELLED') {
      seen.failed.push(`${messageId} is ${state}: ${cause}`)
      return settle()
    }
    if (state !== 'NOTIFIED') return
    if (!lost.has(messageId) && random.percent(unheardPercent)) return void lost.add(messageId)
    if (lost.has(messageId)) seen.saidAgain += 1
    waiting.delete(messageId)
    await completeMessage(nc, messageId, patience)
    settle()
  }

  async function listen(after: number): Promise<void> {
    for (let last = after; !signal.aborted; ) {
      const place = { stream: streams.chainTx, subject: subjects.chainTx('*'), after: last, signal }
      for await (const batch of readStream(nc, place)) {
        for (const message of batch) {
          last = message.seq
          const entry = parseJson(ChainEntry, message.data)
          if (entry) void hear(entry)
        }
      }
    }
  }

  async function sendOne(number: number): Promise<void> {
    const intent: NewIntent = { ...mintOf(ground, number), ...(together && { lane: 'batch' }) }
    const settled = Promise.withResolvers<void>()
    waiting.set(messageIdOf(intent), settled.resolve)
    await submitIntent(nc, intent, { ...patience, signal })
    await settled.promise
    seen.done += 1
  }

  async function run(messages: number, inFlight: number): Promise<void> {
    const { state } = await (await jetstreamManager(nc)).streams.info(streams.chainTx)
    const listening = listen(state.last_seq)
    let next = 1
    const lane = async () => {
      while (next <= messages && !signal.aborted) await sendOne(next++)
    }
    await Promise.race([Promise.all(Array.from({ length: inFlight }, lane)), aborted(signal), listening])
  }

  return Object.assign(seen, { run })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
