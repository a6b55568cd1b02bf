import { z } from 'zod'
import type { IntentAccepted } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { Bytes32 } from '../protocol/ids.ts'
import type { Call } from './estimate.ts'
import { isBatch } from './lane/batch.ts'
import { holdBack } from './lane/hold-back.ts'
import { isClosed } from './life.ts'
import { holdMessage, inTurn, type Message } from './message.ts'
import { type Pipeline, store } from './pipeline.ts'
import { outbid } from './raise-fee.ts'
import { send } from './send.ts'
import { signAttempt } from './sign.ts'

/** `ent.chain.cancel.<tenant>`. */
export const Cancellation = z.object({ messageId: Bytes32, reason: z.string().min(1).max(200) })

/** A transfer of nothing to oneself: what it costs is all that it does. */
const TRANSFER_GAS = 21_000n

/**
 * Takes a message back. One without a number is CANCELLED at once. One that was numbered may be mined at any moment, so
 * another transaction, which does nothing, is offered under the same number at a higher fee: whichever of them is mined
 * decides, and the message ends CANCELLED or as it would have. What is mined or closed stays as it is.
 *
 * @param tenant proven by the subject on which the request came
 * @returns the state in which the message is now
 * @throws EntenteError NOT_FOUND, also for another tenant's message
 */
export async function cancel(
  pipeline: Pipeline,
  tenant: string,
  { messageId, reason }: z.infer<typeof Cancellation>,
): Promise<IntentAccepted> {
  const kept = pipeline.desk.get(messageId) ?? (await pipeline.journal.read(messageId))
  if (kept === null || kept.life.intent.tenant !== tenant) {
    throw new EntenteError('NOT_FOUND', `${tenant} has sent no message ${messageId}`)
  }
  if (isClosed(kept.life.state)) return { messageId, state: kept.life.state }
  const message = pipeline.desk.get(messageId) ?? holdMessage(kept.life, kept.lastSeq, 0)
  let heldBack: Hex | null
  do {
    const { batch } = message.life
    heldBack = batch !== null && (await holdBack(pipeline, batch, `${messageId} is taken back`)) ? batch : null
    await inTurn(message, () => withdraw(pipeline, message, reason, heldBack))
    // It may have boarded another just then.
  } while (heldBack !== null && message.life.state === 'BATCHED')
  return { messageId, state: message.life.state }
}

/** @param heldBack a batch that will not go, so that who is aboard can leave it */
async function withdraw(pipeline: Pipeline, message: Message, reason: string, heldBack: Hex | null): Promise<void> {
  const { state, nonce, signer, attempts, batch } = message.life
  const cause = `taken back: ${reason}`
  if (isClosed(state) || state === 'MINED' || attempts.at(-1)?.cancels || isBatch(message.life)) return
  if (batch !== null) {
    // One of a batch that has gone cannot be taken out of it: what was mined decides.
    if (batch !== heldBack || state !== 'BATCHED') return
    return store(pipeline, message, { state: 'ADMITTED', cause }, { state: 'CANCELLED', cause })
  }
  if (nonce === null) return store(pipeline, message, { state: 'CANCELLED', cause })
  const nothing: Call = { to: signer!, data: '0x', gasLimit: TRANSFER_GAS, value: 0n }
  const fees = await outbid(pipeline, attempts.at(-1)!)
  const attempt = await signAttempt(pipeline, message, { signer: signer!, nonce }, nothing, fees)
  await store(pipeline, message, { ...attempt, cancels: true, cause }, { state: 'SENDING' })
  await send(pipeline, message)
}
