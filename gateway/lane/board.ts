import { BATCH_EXECUTOR } from '../../contracts/batch-executor.ts'
import type { Address } from '../../protocol/ids.ts'
import { callDataOf } from '../contracts.ts'
import { type Call, senderOf, withMargin } from '../estimate.ts'
import { currentFees } from '../fees.ts'
import { NoLease } from '../leases.ts'
import type { Life } from '../life.ts'
import type { Message } from '../message.ts'
import { type Pipeline, store } from '../pipeline.ts'
import { signAttempt } from '../sign.ts'
import { work } from '../work.ts'
import { callId, onBoard, passengersOf } from './batch.ts'
import { encodeCalls } from './calls.ts'
import { comeBack } from './come-back.ts'
import { gasForBatch } from './gas.ts'
import { isDelegated } from './ground.ts'

/**
 * ADMITTED → SENDING of a batch. First each message says in its own log that it goes with this batch, and nobody can number
 * it any more; one that was taken back meanwhile, or is another key's or gateway's now, is left out. Then number and bytes of the batch are
 * stored as one entry, before the node has seen anything. A batch whose number was used up by a foreign transaction comes here
 * again, with those that it carries.
 */
export async function board(pipeline: Pipeline, batch: Message): Promise<void> {
  const signer = batch.life.intent.from as Address
  if (isOthers(pipeline, batch, signer)) {
    return dissolve(pipeline, batch, `${signer} cannot send it now: ${pipeline.pools.unfit(signer)}`)
  }
  await takeIn(pipeline, batch)
  const messages = onBoard(pipeline, batch)
  if (messages.length === 0) return store(pipeline, batch, { state: 'DEAD', cause: 'nothing is left to carry' })
  const delegated = await isDelegated(pipeline.rpc, signer)
  if (!delegated && pipeline.signers.byAddress.get(signer)?.signDelegation === undefined) {
    return dissolve(pipeline, batch, 'the account of its signer runs no code, and its key cannot let it')
  }
  const call = callOf(pipeline, batch, messages, delegated)
  const fees = await currentFees(pipeline)
  await pipeline.funds.setAside(batch, signer, call.gasLimit * fees.maxFeePerGas)
  if (!pipeline.leases.holds(signer)) throw new NoLease(`another gateway may number for ${signer} now`)
  // A delegation in a transaction of its own account uses the next number too.
  const nonce = delegated ? pipeline.nonces.take(signer) : pipeline.nonces.takeTwo(signer)
  try {
    const delegation = delegated ? undefined : await delegate(pipeline, signer, nonce + 1)
    const attempt = await signAttempt(pipeline, batch, { signer, nonce }, { ...call, delegation }, fees)
    await store(pipeline, batch, { state: 'NONCED', signer, nonce }, attempt, { state: 'SENDING' })
  } catch (error) {
    if (!delegated) pipeline.nonces.giveBack(signer, nonce + 1)
    pipeline.nonces.giveBack(signer, nonce)
    throw error
  }
}

/** Whether other keys of a pool can send what this one cannot. Who is not taken in yet can go together with others there. */
function isOthers({ desk, pools }: Pipeline, batch: Message, signer: Address): boolean {
  const lives = passengersOf(batch.life).flatMap(({ messageId }) => desk.get(messageId)?.life ?? [])
  return lives.some(life => life.chosen === signer && pools.instead(life) !== null)
}

async function takeIn(pipeline: Pipeline, batch: Message): Promise<void> {
  const signer = batch.life.intent.from as Address
  const boarding = passengersOf(batch.life).map(async ({ messageId }) => {
    const message = pipeline.desk.get(messageId)
    if (message === undefined) return
    await work(pipeline, message, async () => {
      const { state, batches } = message.life
      if (state !== 'ADMITTED' || batches > 0 || senderOf(pipeline, message.life) !== signer) return
      await store(pipeline, message, { state: 'BATCHED', batch: batch.messageId, signer })
    })
  })
  await Promise.all(boarding)
}

function callOf(pipeline: Pipeline, batch: Message, messages: readonly Message[], delegated: boolean): Call {
  const used = new Map(passengersOf(batch.life).map(({ messageId, gasUsed }) => [messageId, gasUsed]))
  const calls = messages.map(({ messageId, life }) => ({
    id: callId(messageId),
    target: pipeline.contracts.addresses()[life.intent.contract as never] as Address,
    gasLimit: limitOf(life, withMargin(pipeline.profile, used.get(messageId)!)),
    data: callDataOf(life),
  }))
  const data = encodeCalls('execute', calls)
  const gasUsed = messages.map(({ messageId }) => used.get(messageId)!)
  return {
    ...{ to: batch.life.intent.from as Address, data, value: 0n },
    gasLimit: gasForBatch(data, gasUsed, !delegated),
  }
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

/** Gives a batch up that has no number. First the batch, so that nobody can sign it any more; then what it carried. */
async function dissolve(pipeline: Pipeline, batch: Message, cause: string): Promise<void> {
  const messages = onBoard(pipeline, batch)
  await store(pipeline, batch, { state: 'DEAD', cause })
  await Promise.all(messages.map(message => work(pipeline, message, () => comeBack(pipeline, message, cause))))
}
