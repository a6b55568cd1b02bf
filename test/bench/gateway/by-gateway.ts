import { jetstreamManager } from '@nats-io/jetstream'
import { ChainEntry, messageIdOf } from '../../../protocol/chain-message.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { completeMessage, type NewIntent, submitIntent } from '../../../stack/chain-intent.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import { readStream } from '../../../stack/read-stream.ts'
import type { Ground } from '../../harness/gateway-ground.ts'
import { inParallel, type Way } from './measured.ts'

let runs = 0

/**
 * Sends through the gateway: every intent is stored, numbered, signed and followed, its outcome read from the log, and said
 * to be acted on.
 */
export async function byGateway(
  { nc, relayer }: Ground,
  count: number,
  inFlight: number,
  lane: 'single' | 'batch' = 'single',
): Promise<Way[]> {
  runs += 1
  const run = runs
  const { state } = await (await jetstreamManager(nc)).streams.info(streams.chainTx)
  const stopping = new AbortController()
  const waiting = new Map<Hex, PromiseWithResolvers<number>>()
  const reading = (async () => {
    const place = {
      stream: streams.chainTx,
      subject: subjects.chainTx('*'),
      after: state.last_seq,
      signal: stopping.signal,
    }
    for await (const batch of readStream(nc, place)) {
      const nowMs = performance.now()
      for (const message of batch) {
        const entry = parseJson(ChainEntry, message.data)
        if (entry?.steps.some(({ state }) => state === 'FINAL')) waiting.get(entry.messageId)?.resolve(nowMs)
      }
    }
  })()
  const ways: Way[] = []
  const completions: Promise<void>[] = []
  await inParallel(count, inFlight, async index => {
    const intent: NewIntent = {
      tenant: 'consortium',
      operation: 'bench',
      businessId: `${run}-${index}`,
      from: relayer,
      contract: 'ContractRegistry',
      call: 'deploymentBlock',
      args: [],
      lane,
    }
    const messageId = messageIdOf(intent)
    const final = Promise.withResolvers<number>()
    waiting.set(messageId, final)
    const fromMs = performance.now()
    await submitIntent(nc, intent, { timeoutMs: 60_000 })
    ways.push({ fromMs, toMs: await final.promise })
    waiting.delete(messageId)
    completions.push(completeMessage(nc, messageId, { timeoutMs: 60_000 }))
  })
  await Promise.all(completions)
  stopping.abort()
  await reading
  return ways
}
