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
 * attempts can be mined, and whichever it is decides. Where fees are free the same is offered again.
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
  if (isSame(fees, feesOf(last))) return send(pipeline, message, 'the same bytes again: there is no fee to raise')
  const next = await signAttempt(pipeline, message, { signer: signer!, nonce: nonce! }, callOf(last), fees)
  await store(pipeline, message, { ...next, ...(last.cancels && { cancels: true }) }, { state: 'SENDING' })
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

/**
 * Fees at which nodes take another transaction in an attempt's place: where fees are free, for as much
 * (https://github.com/besu-eth/besu/pull/6079), since an account without coins could not pay one wei more.
 */
export async function outbid(pipeline: Pick<Pipeline, 'rpc' | 'head' | 'profile'>, attempt: Attempt): Promise<Fees> {
  const before = feesOf(attempt)
  return atLeast(await currentFees(pipeline), pipeline.profile.fees === 'free' ? before : raised(before))
}

function feesOf(attempt: Attempt): Fees {
  const { maxFeePerGas, maxPriorityFeePerGas } = Decoded.from(attempt.raw)
  return { maxFeePerGas: maxFeePerGas!, maxPriorityFeePerGas: maxPriorityFeePerGas! }
}

function isSame(a: Fees, b: Fees): boolean {
  return a.maxFeePerGas === b.maxFeePerGas && a.maxPriorityFeePerGas === b.maxPriorityFeePerGas
}

function raised({ maxFeePerGas, maxPriorityFeePerGas }: Fees): Fees {
  const more = (fee: bigint) => fee + fee / RAISE_DIVISOR + 1n
  return { maxFeePerGas: more(maxFeePerGas), maxPriorityFeePerGas: more(maxPriorityFeePerGas) }
}

function atLeast(now: Fees, least: Fees): Fees {
  const max = (a: bigint, b: bigint) => (a > b ? a : b)
  return {
    maxFeePerGas: max(now.maxFeePerGas, least.maxFeePerGas),
    maxPriorityFeePerGas: max(now.maxPriorityFeePerGas, least.maxPriorityFeePerGas),
  }
}
