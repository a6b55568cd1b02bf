import { z } from 'zod'
import type { IntentAccepted } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import { Bytes32 } from '../protocol/ids.ts'
import { isClosed, mayFollow } from './life.ts'
import { holdMessage } from './message.ts'
import type { Pipeline } from './pipeline.ts'

/** `ent.chain.done`. */
export const Completion = z.object({ messageId: Bytes32 })

/**
 * The business side has acted on an outcome: NOTIFIED → COMPLETED. Said again, or of a message that has failed, it
 * changes nothing.
 *
 * @throws EntenteError NOT_FOUND, or GATEWAY_BUSY when the message has no outcome yet
 */
export async function complete(pipeline: Pipeline, { messageId }: z.infer<typeof Completion>): Promise<IntentAccepted> {
  // Its outcome may just be on the way into the log.
  await pipeline.desk.get(messageId)?.turn
  const kept = await pipeline.journal.read(messageId)
  if (kept === null) throw new EntenteError('NOT_FOUND', `there is no message ${messageId}`)
  if (!isClosed(kept.life.state)) throw new EntenteError('GATEWAY_BUSY', `message ${messageId} has no outcome yet`)
  const message = holdMessage(kept.life, kept.lastSeq, 0)
  if (mayFollow(message.life.state, 'COMPLETED')) await pipeline.journal.append(message, { state: 'COMPLETED' })
  return { messageId, state: message.life.state }
}
