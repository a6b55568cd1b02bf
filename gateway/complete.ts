import { z } from 'zod'
import type { IntentAccepted } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { Bytes32 } from '../protocol/ids.ts'
import { isClosed, mayFollow } from './life.ts'
import { holdMessage, inTurn, type Message } from './message.ts'
import type { Pipeline } from './pipeline.ts'

/** `ent.chain.done`; `ent.chain.done-many` takes a list of them. */
export const Completion = z.object({ messageId: Bytes32 })
export type Completion = z.infer<typeof Completion>

/**
 * The business side has acted on an outcome: NOTIFIED → COMPLETED. Said again, or of a message that has failed, it
 * changes nothing.
 *
 * @throws EntenteError NOT_FOUND, or GATEWAY_BUSY when the message has no outcome yet
 */
export async function complete(pipeline: Pipeline, { messageId }: Completion): Promise<IntentAccepted> {
  // Its outcome may just be on the way into the log.
  await pipeline.desk.get(messageId)?.turn
  const message = pipeline.desk.closed(messageId) ?? (await readMessage(pipeline, messageId))
  if (!isClosed(message.life.state)) throw new EntenteError('GATEWAY_BUSY', `message ${messageId} has no outcome yet`)
  await inTurn(message, () => close(pipeline, message))
  return { messageId, state: message.life.state }
}

async function close(pipeline: Pipeline, message: Message): Promise<void> {
  if (!mayFollow(message.life.state, 'COMPLETED')) return
  try {
    await pipeline.journal.append(message, { state: 'COMPLETED' })
  } catch (error) {
    // Told twice at once, through two gateways, or its last entry is a stranger's: the log knows.
    if (!(error instanceof EntenteError) || error.code !== 'LOG_CONFLICT') throw error
    Object.assign(message, await pipeline.journal.read(message.messageId))
    if (mayFollow(message.life.state, 'COMPLETED')) throw error
  }
}

async function readMessage({ journal }: Pipeline, messageId: Hex): Promise<Message> {
  const kept = await journal.read(messageId)
  if (kept === null) throw new EntenteError('NOT_FOUND', `there is no message ${messageId}`)
  return holdMessage(kept.life, kept.lastSeq, 0)
}
