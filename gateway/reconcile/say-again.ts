import { toldAgain } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { senderOf } from '../estimate.ts'
import type { Standing } from '../ledger.ts'
import { holdMessage } from '../message.ts'
import type { Pipeline } from '../pipeline.ts'

/** Each time it is said twice as late; after so many times it is left to whoever reads the report. */
const TIMES = 8

/** When each outcome is said again, by this gateway. */
type Due = Map<string, { times: number; atMs: number }>

/**
 * Scan B: outcomes that nobody has acted on are stored once more as NOTIFIED, under the same id, for a business side that
 * has lost the first. Whoever acts on one twice is told by its id.
 */
export function createSayAgain(pipeline: Pipeline): () => Promise<void> {
  const due: Due = new Map()
  return async () => {
    const awaiting = [...pipeline.ledger.awaiting()]
    const ids = new Set<string>(awaiting.map(({ life }) => life.messageId))
    for (const messageId of due.keys()) if (!ids.has(messageId)) due.delete(messageId)
    for (const standing of awaiting) await sayIfDue(pipeline, due, standing)
  }
}

async function sayIfDue(pipeline: Pipeline, due: Due, { life, lastSeq, sinceMs }: Standing): Promise<void> {
  const { messageId } = life
  const { unheardMs } = pipeline.patience
  const { times, atMs } = due.get(messageId) ?? { times: 0, atMs: sinceMs + unheardMs }
  if (times >= TIMES || performance.now() < atMs || !pipeline.leases.holds(senderOf(pipeline, life))) return
  due.set(messageId, { times: times + 1, atMs: performance.now() + unheardMs * 2 ** (times + 1) })
  const message = pipeline.desk.closed(messageId) ?? holdMessage(life, lastSeq, 0)
  try {
    await pipeline.journal.append(message, { state: 'NOTIFIED', ...life.mined!, cause: toldAgain })
  } catch (error) {
    // It was acted on just now.
    if (!(error instanceof EntenteError) || error.code !== 'LOG_CONFLICT') throw error
  }
}
