import { type Estimate, estimate, senderOf } from './estimate.ts'
import { currentFees } from './fees.ts'
import { NoLease } from './leases.ts'
import type { Message } from './message.ts'
import { type Pipeline, store } from './pipeline.ts'
import { NotItsTurn, numberAhead } from './pools/turns.ts'
import { NodeError } from './rpc.ts'
import { signAttempt } from './sign.ts'

/** After so many answers that are neither a cost nor a refusal, the message is given up; it has no number yet. */
const MAX_TRIES = 20

/**
 * ADMITTED → SENDING: number, bytes and hash are stored in one entry, before the node has seen anything of them. The call
 * is run there first, so that a refused message burns no number. A message whose number was used up by a foreign
 * transaction comes here again.
 */
export async function prepare(pipeline: Pipeline, message: Message): Promise<void> {
  const found = await estimateOrGiveUp(pipeline, message)
  if (found === null)
    return store(pipeline, message, { state: 'DEAD', cause: 'the node cannot say what it would cost' })
  if ('refused' in found) {
    const state = message.life.state === 'REPLACED' ? 'DEAD' : 'REJECTED'
    return store(pipeline, message, { state, cause: found.refused, ...(found.revert && { revert: found.revert }) })
  }
  const fees = await currentFees(pipeline)
  const signer = senderOf(pipeline, message.life)
  const { gasLimit, value } = found.call
  await pipeline.funds.setAside(message, signer, gasLimit * fees.maxFeePerGas + value)
  if (!pipeline.leases.holds(signer)) throw new NoLease(`another gateway may number for ${signer} now`)
  const ahead = numberAhead(pipeline, message)
  if (ahead === null) throw new NotItsTurn(`what is before it in its order has no number of ${signer} any more`)
  const nonce = pipeline.nonces.take(signer, ahead)
  try {
    const attempt = await signAttempt(pipeline, message, { signer, nonce }, found.call, fees)
    await store(pipeline, message, { state: 'NONCED', signer, nonce }, attempt, { state: 'SENDING' })
  } catch (error) {
    pipeline.nonces.giveBack(signer, nonce)
    throw error
  }
}

async function estimateOrGiveUp(pipeline: Pipeline, message: Message): Promise<Estimate | null> {
  try {
    return await estimate(pipeline, message)
  } catch (error) {
    // A signer that lacks the value is waited for: somebody will see the warning, and fund it.
    const hopeless = error instanceof NodeError && !/insufficient funds/i.test(error.message)
    if (hopeless && message.tries >= MAX_TRIES) return null
    throw error
  }
}
