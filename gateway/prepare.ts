import { type Call, type Estimate, estimate, senderOf } from './estimate.ts'
import { currentFees, type Fees } from './fees.ts'
import type { Step } from './journal.ts'
import { NoLease } from './leases.ts'
import type { Message } from './message.ts'
import { type Pipeline, store } from './pipeline.ts'
import { NotItsTurn, numberAhead } from './pools/turns.ts'
import { NodeError } from './rpc.ts'
import { signAttempt } from './sign.ts'

/** After so many answers that are neither a cost nor a refusal, the message is given up; it has no number yet. */
const MAX_TRIES = 20

/** So long a new message waits for its number before it is stored without: whoever sent it waits for that. */
const ACCEPT_MS = 500

/**
 * ADMITTED → SENDING: number, bytes and hash are stored in one entry, before the node has seen anything of them: for a new
 * message, with its admission. The call is run there first, so that a refused message burns no number. A message whose number was
 * used up by a foreign transaction comes here again.
 */
export async function prepare(pipeline: Pipeline, message: Message): Promise<void> {
  try {
    await number(pipeline, message)
  } catch (error) {
    // It is accepted all the same, and tried again.
    if (message.lastSeq === 0) await store(pipeline, message)
    throw error
  }
}

async function number(pipeline: Pipeline, message: Message): Promise<void> {
  const found = await inTime(pipeline, message, paidFor(pipeline, message))
  if ('state' in found) return store(pipeline, message, found)
  const { call, fees } = found
  const signer = senderOf(pipeline, message.life)
  if (!pipeline.leases.holds(signer)) throw new NoLease(`another gateway may number for ${signer} now`)
  const ahead = numberAhead(pipeline, message)
  if (ahead === null) throw new NotItsTurn(`what is before it in its order has no number of ${signer} any more`)
  const nonce = pipeline.nonces.take(signer, ahead)
  try {
    const attempt = await inTime(pipeline, message, signAttempt(pipeline, message, { signer, nonce }, call, fees))
    await store(pipeline, message, { state: 'NONCED', signer, nonce }, attempt, { state: 'SENDING' })
  } catch (error) {
    pipeline.nonces.giveBack(signer, nonce)
    throw error
  }
}

/** Waits for the node, or for a key that lies elsewhere; a new message is stored meanwhile when that takes long. */
async function inTime<T>(pipeline: Pipeline, message: Message, asked: Promise<T>): Promise<T> {
  if (message.lastSeq > 0) return asked
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(true), ACCEPT_MS)
  const done = () => late.resolve(false)
  asked.then(done, done)
  const isLate = await late.promise
  clearTimeout(timer)
  if (isLate) await store(pipeline, message)
  return asked
}

/** The call with its limit and its fees, for which its signer has set aside what it takes; or the step that ends the message. */
async function paidFor(pipeline: Pipeline, message: Message): Promise<{ call: Call; fees: Fees } | Step> {
  const found = await estimateOrGiveUp(pipeline, message)
  if (found === null) return { state: 'DEAD', cause: 'the node cannot say what it would cost' }
  if ('refused' in found) {
    const state = message.life.state === 'REPLACED' ? 'DEAD' : 'REJECTED'
    return { state, cause: found.refused, ...(found.revert && { revert: found.revert }) }
  }
  const { call } = found
  const fees = await currentFees(pipeline)
  const most = call.gasLimit * fees.maxFeePerGas + call.value
  await pipeline.funds.setAside(message, senderOf(pipeline, message.life), most)
  return { call, fees }
}

async function estimateOrGiveUp(pipeline: Pipeline, message: Message): Promise<Estimate | null> {
  try {
    return await estimate(pipeline, message)
  } catch (error) {
    // A signer that lacks the value is waited for: somebody will see the warning, and fund it.
    const hopeless = error instanceof NodeError && !/insufficient funds/i.test(error.message)
    // Tries that failed otherwise say nothing of the call: a node that was away for long may come back with an error.
    if (hopeless) message.unpriced += 1
    if (hopeless && message.unpriced > MAX_TRIES) return null
    throw error
  }
}
