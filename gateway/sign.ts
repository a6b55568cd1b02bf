import type { ContractName } from '../contracts/abis.ts'
import type { Hex } from '../protocol/hash.ts'
import { callDataOf } from './contracts.ts'
import { estimate } from './estimate.ts'
import { currentFees, type Fees } from './fees.ts'
import type { Message } from './message.ts'
import { type Pipeline, step } from './pipeline.ts'

/** For a call that has a number already and would now fail: it uses its number up, and its failure is on chain. */
const FAILING_GAS = 2_000_000n

/** NONCED → SIGNED: the bytes and their hash are stored, so that nothing else is ever sent under this number. */
export async function sign(pipeline: Pipeline, message: Message): Promise<void> {
  message.call ??= await callAgain(pipeline, message)
  await signAttempt(pipeline, message, await currentFees(pipeline))
}

/** Signs the message's call at these fees, under its nonce, as its next attempt. */
export async function signAttempt(pipeline: Pipeline, message: Message, fees: Fees): Promise<void> {
  const { signer: address, nonce, intent, signed } = message.life
  const signer = pipeline.signers.byAddress.get(address!)
  if (signer === undefined) throw new Error(`the key of ${address} is no longer held`)
  const { raw, txHash } = await signer.signTransaction({
    chainId: pipeline.contracts.info().chainId,
    nonce: nonce!,
    value: BigInt(intent.value),
    ...message.call!,
    ...fees,
  })
  await step(pipeline, message, { state: 'SIGNED', attempt: signed + 1, signer: address!, nonce: nonce!, raw, txHash })
}

/** What was known of the call before a crash was only in memory. */
async function callAgain(pipeline: Pipeline, message: Message): Promise<NonNullable<Message['call']>> {
  const found = await estimate(pipeline, message)
  if ('call' in found) return found.call
  const { intent } = message.life
  const to = pipeline.contracts.addresses()[intent.contract as ContractName] as Hex
  return { to, data: callDataOf(message.messageId, intent), gasLimit: FAILING_GAS }
}
