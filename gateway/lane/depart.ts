import { BATCH_EXECUTOR } from '../../contracts/batch-executor.ts'
import type { Address } from '../../protocol/ids.ts'
import { callDataOf } from '../contracts.ts'
import { type Call, withMargin } from '../estimate.ts'
import { currentFees } from '../fees.ts'
import { NoLease } from '../leases.ts'
import type { Life } from '../life.ts'
import type { Message } from '../message.ts'
import { type Pipeline, store } from '../pipeline.ts'
import { NodeError } from '../rpc.ts'
import { signAttempt } from '../sign.ts'
import { callId, carriedBy } from './batch.ts'
import { encodeCalls } from './calls.ts'
import { choose, type Measured } from './choose.ts'
import { gasForBatch } from './gas.ts'
import { isDelegated } from './ground.ts'

/** A transaction for one message alone is better one without what carries others. */
const FEWEST = 2
const MAX_TRIES = 20

/**
 * ADMITTED → SENDING of a batch, or DEAD when it is to carry nothing. Number, bytes, and which messages are in them are one
 * entry, stored before the node has seen anything: who is not among those may go another way, and nobody else. A batch whose
 * number was used up by a foreign transaction comes here again, with those that it carried.
 */
export async function depart(pipeline: Pipeline, batch: Message): Promise<void> {
  const { signers, rpc } = pipeline
  const signer = batch.life.intent.from as Address
  const aboard = carriedBy(pipeline, batch)
  if (isOthers(pipeline, aboard)) {
    return giveUp(pipeline, batch, `${signer} cannot send it now: ${pipeline.pools.unfit(signer)}`)
  }
  const delegated = await isDelegated(rpc, signer)
  if (!delegated && signers.byAddress.get(signer)?.signDelegation === undefined) {
    for (const message of aboard) message.alone = true
    return giveUp(pipeline, batch, 'the account of its signer runs no code, and its key cannot let it')
  }
  const chosen = await chooseInTime(pipeline, batch, aboard)
  if (chosen.length === 0 || (chosen.length < FEWEST && batch.life.state === 'ADMITTED')) {
    for (const { message } of chosen) message.alone = true
    return giveUp(pipeline, batch, 'it has too little to carry')
  }
  return number(pipeline, batch, chosen, delegated)
}

/** What the node cannot try together, after so many times, each message has it try alone. */
async function chooseInTime(pipeline: Pipeline, batch: Message, aboard: readonly Message[]): Promise<Measured[]> {
  try {
    return await choose(pipeline, batch.life.intent.from as Address, aboard)
  } catch (error) {
    if (!(error instanceof NodeError) || batch.tries < MAX_TRIES) throw error
    for (const message of aboard) message.alone = true
    return []
  }
}

/** Whether other keys of a pool can send what this one cannot. */
export function isOthers({ pools }: Pick<Pipeline, 'pools'>, aboard: readonly Message[]): boolean {
  return aboard.some(({ life }) => life.chosen !== null && pools.instead(life) !== null)
}

async function number(
  pipeline: Pipeline,
  batch: Message,
  chosen: readonly Measured[],
  delegated: boolean,
): Promise<void> {
  const signer = batch.life.intent.from as Address
  const call = callOf(pipeline, signer, chosen, delegated)
  const fees = await currentFees(pipeline)
  await pipeline.funds.setAside(batch, signer, call.gasLimit * fees.maxFeePerGas)
  if (!pipeline.leases.holds(signer)) throw new NoLease(`another gateway may number for ${signer} now`)
  // A delegation in a transaction of its own account uses the next number too.
  const nonce = delegated ? pipeline.nonces.take(signer) : pipeline.nonces.takeTwo(signer)
  try {
    const delegation = delegated ? undefined : await delegate(pipeline, signer, nonce + 1)
    const attempt = await signAttempt(pipeline, batch, { signer, nonce }, { ...call, delegation }, fees)
    const carries = chosen.map(({ message }) => message.messageId)
    const cause = `${carries.length} messages go together`
    await store(pipeline, batch, { state: 'NONCED', signer, nonce, carries, cause }, attempt, { state: 'SENDING' })
  } catch (error) {
    if (!delegated) pipeline.nonces.giveBack(signer, nonce + 1)
    pipeline.nonces.giveBack(signer, nonce)
    throw error
  }
}

function callOf(pipeline: Pipeline, signer: Address, chosen: readonly Measured[], delegated: boolean): Call {
  const calls = chosen.map(({ message: { messageId, life }, gasUsed }) => ({
    id: callId(messageId),
    target: pipeline.contracts.addresses()[life.intent.contract as never] as Address,
    gasLimit: limitOf(life, withMargin(pipeline.profile, gasUsed)),
    data: callDataOf(life),
  }))
  const data = encodeCalls('execute', calls)
  const gasUsed = chosen.map(each => each.gasUsed)
  return { ...{ to: signer, data, value: 0n }, gasLimit: gasForBatch(data, gasUsed, !delegated) }
}

/** Of a call in a batch: no more than its sender has stated. */
function limitOf({ intent }: Life, usual: bigint): bigint {
  const stated = intent.gasLimit === undefined ? usual : BigInt(intent.gasLimit)
  return stated < usual ? stated : usual
}

async function delegate({ signers, contracts }: Pipeline, signer: Address, nonce: number) {
  const delegation = { chainId: contracts.info().chainId, address: BATCH_EXECUTOR, nonce }
  return { ...delegation, signature: await signers.byAddress.get(signer)!.signDelegation!(delegation) }
}

/** From here on nobody can sign it any more, and who is aboard may go another way. */
function giveUp(pipeline: Pipeline, batch: Message, cause: string): Promise<void> {
  return store(pipeline, batch, { state: 'DEAD', cause })
}
