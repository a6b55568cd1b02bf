import { type Estimate, estimate, senderOf } from './estimate.ts'
import type { Message } from './message.ts'
import { type Pipeline, step } from './pipeline.ts'
import { NodeError } from './rpc.ts'

/** After so many answers that are neither a cost nor a refusal, the message is given up; it has no number yet. */
const MAX_TRIES = 20

/**
 * ADMITTED → NONCED: the call is run on the node first, so that a refused message burns no number.
 * A message whose number was used up by a foreign transaction comes here again.
 */
export async function number(pipeline: Pipeline, message: Message): Promise<void> {
  const found = await estimateOrGiveUp(pipeline, message)
  if (found === null) return step(pipeline, message, { state: 'DEAD', cause: 'the node cannot say what it would cost' })
  if ('refused' in found) {
    const state = message.life.state === 'REPLACED' ? 'DEAD' : 'REJECTED'
    return step(pipeline, message, { state, cause: found.refused, ...(found.revert && { revert: found.revert }) })
  }
  message.call = found.call
  const signer = senderOf(pipeline, message)
  const nonce = pipeline.nonces.take(signer)
  try {
    await step(pipeline, message, { state: 'NONCED', signer, nonce })
  } catch (error) {
    pipeline.nonces.giveBack(signer, nonce)
    throw error
  }
}

async function estimateOrGiveUp(pipeline: Pipeline, message: Message): Promise<Estimate | null> {
  try {
    return await estimate(pipeline, message)
  } catch (error) {
    // A signer without funds is waited for: somebody will see the warning, and fund it.
    const hopeless = error instanceof NodeError && !/insufficient funds/i.test(error.message)
    if (hopeless && message.tries >= MAX_TRIES) return null
    throw error
  }
}
