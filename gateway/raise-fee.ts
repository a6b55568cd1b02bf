import { Transaction as Decoded } from 'ethers'
import type { Hex } from '../protocol/hash.ts'
import type { Call } from './estimate.ts'
import { currentFees, type Fees } from './fees.ts'
import type { Attempt } from './life.ts'
import type { Message } from './message.ts'
import { type Pipeline, store } from './pipeline.ts'
import { send } from './send.ts'
import { signAttempt } from './sign.ts'

/** Nodes take a replacement that pays a tenth more, at least; an eighth is above every node's rule. */
const RAISE_DIVISOR = 8n

/** Eight raises of an eighth are 2.5 times the first price, and each starts from the market: who needs more needs a human. */
const MAX_ATTEMPTS = 9

/** Then it is left alone for this long each time. */
const LET_REST_MS = 10_000

/** Whether the block that comes next cannot hold what was sent: its base fee is above all that was offered. */
export function isPricedOut({ head }: Pick<Pipeline, 'head'>, message: Message): boolean {
  return feesOf(message.life.attempts.at(-1)!).maxFeePerGas < head.latest().baseFeePerGas
}

/**
 * Offers more for the same call under the same nonce: a new attempt, stored before it is sent. At most one of a message's
 * attempts can be mined, and whichever it is decides.
 */
export async function raiseFee(pipeline: Pipeline, message: Message): Promise<void> {
  const { attempts, signer, nonce } = message.life
  if (attempts.length >= MAX_ATTEMPTS) {
    message.notBeforeMs = performance.now() + LET_REST_MS
    pipeline.log.error({ messageId: message.messageId, signer, nonce }, 'the fee is not raised any further')
    return
  }
  const last = attempts.at(-1)!
  const fees = await outbid(pipeline, last)
  const raised = await signAttempt(pipeline, message, { signer: signer!, nonce: nonce! }, callOf(last), fees)
  await store(pipeline, message, { ...raised, ...(last.cancels && { cancels: true }) }, { state: 'SENDING' })
  await send(pipeline, message)
}

/** What an attempt does, as its bytes have it. */
function callOf({ raw }: Attempt): Call {
  const { to, data, gasLimit, value, authorizationList } = Decoded.from(raw)
  const [delegation] = (authorizationList ?? []).map(({ chainId, address, nonce, signature }) => ({
    ...{ chainId: Number(chainId), address: address.toLowerCase() as Hex, nonce: Number(nonce) },
    signature: signature.serialized as Hex,
  }))
  return { to: to!.toLowerCase() as Hex, data: data as Hex, gasLimit, value, delegation }
}

/** Fees at which nodes take another transaction in an attempt's place. */
export async function outbid(pipeline: Pick<Pipeline, 'rpc' | 'head' | 'profile'>, attempt: Attempt): Promise<Fees> {
  return atLeast(await currentFees(pipeline), feesOf(attempt))
}

function feesOf(attempt: Attempt): Fees {
  const { maxFeePerGas, maxPriorityFeePerGas } = Decoded.from(attempt.raw)
  return { maxFeePerGas: maxFeePerGas!, maxPriorityFeePerGas: maxPriorityFeePerGas! }
}

function atLeast(now: Fees, before: Fees): Fees {
  const raised = (fee: bigint) => fee + fee / RAISE_DIVISOR + 1n
  const max = (a: bigint, b: bigint) => (a > b ? a : b)
  return {
    maxFeePerGas: max(now.maxFeePerGas, raised(before.maxFeePerGas)),
    maxPriorityFeePerGas: max(now.maxPriorityFeePerGas, raised(before.maxPriorityFeePerGas)),
  }
}
