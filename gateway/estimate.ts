import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from '../protocol/hash.ts'
import type { Address } from '../protocol/ids.ts'
import type { ChainProfile } from '../stack/chain-profile.ts'
import { callDataOf } from './contracts.ts'
import { intrinsicGas } from './lane/calls.ts'
import type { Life } from './life.ts'
import type { Message } from './message.ts'
import type { Pipeline } from './pipeline.ts'
import { type Revert, readRevert } from './revert.ts'
import { NodeError, type Rpc } from './rpc.ts'
import type { SignedDelegation } from './transaction.ts'

/**
 * The state may differ when the call is mined: a fifth more than it needs now, and what a contract may do on top when it
 * is this very call that completes something (a quorum, say, and so opens a task). Gas that is not used is not paid.
 */
const MARGIN_PERCENT = 120n
const MARGIN_GAS = 500_000n

/** The limit of a call that was seen to use so much; where the chain has a limit of its own, no more than that. */
export function withMargin(profile: ChainProfile, gas: bigint): bigint {
  return atMost(profile, (gas * MARGIN_PERCENT) / 100n + MARGIN_GAS)
}

function atMost({ transactionGas }: ChainProfile, limit: bigint): bigint {
  return transactionGas !== null && transactionGas < limit ? transactionGas : limit
}

/** How long a refusal waits for what was sent before it: longer than any of that needs when all is well. */
const PATIENCE_MS = 15_000

/** Where a call goes, and what it may cost. */
export interface Call {
  readonly to: Hex
  readonly data: Hex
  readonly gasLimit: bigint
  readonly value: bigint
  /** Made in the same transaction. */
  readonly delegation?: SignedDelegation | undefined
}

export type Estimate = { call: Call } | { refused: string; revert: Revert | null }

/** Whose number a message has, or is to take: numbers never pass from one key to another. */
export function senderOf(
  { signers }: Pick<Pipeline, 'signers'>,
  { signer, chosen, intent }: Pick<Life, 'intent' | 'chosen' | 'signer'>,
): Address {
  // One of a pool that nobody chose a key for is not the gateway's: no key has such an address.
  return signer ?? chosen ?? (intent.from === 'relayer' ? signers.relayer : (intent.from as Address))
}

/**
 * What a call may cost, or why it would fail: as its sender has stated, or else by a run on the node without sending it. A
 * refusal counts only against a state in which everything that came before is mined, because the call may build on that.
 *
 * @throws NodeSilent or NodeError when the node cannot say, EntenteError KEY_FROZEN when the key may not sign: for the caller
 *   to try again
 */
export async function estimate(pipeline: Pipeline, message: Message): Promise<Estimate> {
  const { intent } = message.life
  const from = senderOf(pipeline, message.life)
  // So that no number is taken that could not be signed.
  pipeline.signers.checkThawed(from)
  const to = pipeline.contracts.info().contracts[intent.contract]
  if (to === undefined) return { refused: `${intent.contract} is not active in the contract registry`, revert: null }
  const call = { to, data: callDataOf(message.life), value: BigInt(intent.value) }
  if (intent.gasLimit !== undefined) return asStated(pipeline, call, BigInt(intent.gasLimit))
  const ask = () => pipeline.slots(() => askNode(pipeline, from, call), intent.urgent ? 'urgent' : 'usual')
  for (;;) {
    const settledBefore = pipeline.desk.settledCount()
    const found = await ask()
    if ('call' in found) return found
    const earlier = pipeline.desk.all().filter(other => other.order < message.order && other.life.state !== 'MINED')
    // Nothing is under way, and nothing was mined while the node was asked: this is its last word.
    if (earlier.length === 0 && pipeline.desk.settledCount() === settledBefore) return found
    if (!(await haveSettled(pipeline, earlier))) return found
  }
}

/** What no node would take is refused before it uses a number. */
function asStated({ profile, head }: Pipeline, call: Omit<Call, 'gasLimit'>, gasLimit: bigint): Estimate {
  const { gas, floor } = intrinsicGas(call.data)
  const least = gas > floor ? gas : floor
  if (gasLimit < least) return { refused: `a call of its size needs at least ${least} gas`, revert: null }
  const most = profile.transactionGas ?? BigInt(head.latest().header.gasLimit)
  if (gasLimit > most) return { refused: `a transaction may use ${most} gas here`, revert: null }
  return { call: { ...call, gasLimit } }
}

async function askNode(pipeline: Pipeline, from: Address, call: Omit<Call, 'gasLimit'>): Promise<Estimate> {
  const { rpc, profile, needs } = pipeline
  const asked = { from, to: call.to, data: call.data, value: hexOf(call.value) }
  const known = needs.enoughFor(call)
  const enough = known === undefined ? null : atMost(profile, known)
  if (enough !== null && (await runsWithin(rpc, asked, enough)))
    return { call: { ...call, gasLimit: withMargin(profile, enough) } }
  try {
    const gas = BigInt(await rpc<Hex>('eth_estimateGas', [asked, 'latest']))
    needs.note(call, gas)
    return { call: { ...call, gasLimit: withMargin(profile, gas) } }
  } catch (error) {
    const revert = readRevert(error)
    if (revert !== null) return { refused: `the contract refuses the call: ${revert.name}`, revert }
    if (error instanceof NodeError && /gas required exceeds|out of gas/i.test(error.message)) {
      return { refused: 'the call needs more gas than a block has', revert: null }
    }
    throw error
  }
}

/** One run; what it says of a call that fails is left to the estimate, which has more room. */
async function runsWithin(rpc: Rpc, call: object, gas: bigint): Promise<boolean> {
  try {
    await rpc('eth_call', [{ ...call, gas: hexOf(gas) }, 'latest'])
    return true
  } catch (error) {
    if (error instanceof NodeError) return false
    throw error
  }
}

function hexOf(value: bigint): Hex {
  return `0x${value.toString(16)}`
}

/** Waits until all of them are mined or closed; false when that takes too long. */
async function haveSettled({ signal }: Pipeline, messages: readonly Message[]): Promise<boolean> {
  const ended = new AbortController()
  const tooLong = sleep(PATIENCE_MS, false, { signal: AbortSignal.any([signal, ended.signal]) }).catch(() => false)
  const settled = Promise.all(messages.map(message => message.settled.promise)).then(() => true)
  const outcome = await Promise.race([settled, tooLong])
  ended.abort()
  return outcome
}
