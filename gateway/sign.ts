import type { Address } from '../protocol/ids.ts'
import type { Call } from './estimate.ts'
import type { Fees } from './fees.ts'
import type { Step } from './journal.ts'
import type { Message } from './message.ts'
import type { Pipeline } from './pipeline.ts'

/** Signs a call for a message under a number as its next attempt: the step that says so, not stored yet. */
export async function signAttempt(
  { signers, contracts }: Pick<Pipeline, 'signers' | 'contracts'>,
  message: Message,
  { signer: address, nonce }: { signer: Address; nonce: number },
  call: Call,
  fees: Fees,
): Promise<Step> {
  const { signed } = message.life
  const signer = signers.byAddress.get(address)
  if (signer === undefined) throw new Error(`the key of ${address} is no longer held`)
  const { chainId } = contracts.info()
  const { raw, txHash } = await signer.signTransaction({ chainId, nonce, ...call, ...fees })
  return { state: 'SIGNED', attempt: signed + 1, signer: address, nonce, raw, txHash }
}
