import type { Difference, Differences } from '../../protocol/chain-difference.ts'
import type { Standing } from '../ledger.ts'
import type { Pipeline } from '../pipeline.ts'
import { readStrays } from './strays.ts'

/**
 * What chain and business do not agree on, and for how long: A, sent but without an outcome; B, an outcome that the business
 * side never acted on; C, on chain and unknown here. All three are empty when all is well. Every gateway knows the same.
 */
export async function reportDifferences(pipeline: Pipeline): Promise<Differences> {
  const { unsettledMs, unheardMs } = pipeline.patience
  const nowMs = performance.now()
  const late = (all: Iterable<Standing>, afterMs: number) => [...all].filter(({ sinceMs }) => nowMs - sinceMs > afterMs)
  const unsettled = late(pipeline.ledger.open(), unsettledMs).map(standing => unsettledOf(standing, nowMs))
  const unheard = late(pipeline.ledger.awaiting(), unheardMs).map(standing => unheardOf(standing, nowMs))
  const strays = (await readStrays(pipeline)).map(
    ({ txHash, signer, blockNumber, seenAtMs }): Difference => ({
      scan: 'C',
      about: txHash,
      owner: 'operator',
      ageMs: Date.now() - seenAtMs,
      what: `a transaction of ${signer} in block ${blockNumber} that no message has`,
      action: 'find out who sent it, change the key if it was nobody of yours, then accept it',
    }),
  )
  return { unsettled, unheard, strays }
}

function unsettledOf({ life, sinceMs }: Standing, nowMs: number): Difference {
  const { messageId, state, intent, nonce, batch } = life
  return {
    scan: 'A',
    about: messageId,
    owner: 'gateway',
    ageMs: Math.round(nowMs - sinceMs),
    what: `${intent.contract}.${intent.call} of ${intent.tenant} is ${state}`,
    action:
      nonce === null && batch === null
        ? 'estimated again, or waits for funds'
        : 'looked for on chain, and the same bytes sent again',
  }
}

function unheardOf({ life, sinceMs }: Standing, nowMs: number): Difference {
  const { messageId, intent } = life
  return {
    scan: 'B',
    about: messageId,
    owner: intent.tenant,
    ageMs: Math.round(nowMs - sinceMs),
    what: `${intent.operation} ${intent.businessId} is final, and nobody has said that it was acted on`,
    action: 'the outcome is said again, under the same id',
  }
}
