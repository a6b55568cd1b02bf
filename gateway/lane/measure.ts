import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { callDataOf } from '../contracts.ts'
import type { Message } from '../message.ts'
import type { Pipeline } from '../pipeline.ts'
import { NodeError } from '../rpc.ts'
import { callId } from './batch.ts'
import { encodeCalls } from './calls.ts'
import { isDelegated } from './ground.ts'
import { type CallOutcome, readMeasured } from './outcomes.ts'

/**
 * Runs the calls of messages one after the other on the node, as one transaction would, without sending it: for each what it
 * uses, or why the contract would refuse it. One that builds on an earlier one of them finds that done.
 *
 * @returns as many outcomes as there is gas for, in the order of the messages
 * @throws NodeSilent or NodeError when the node cannot say
 */
export async function measure(
  pipeline: Pipeline,
  signer: Address,
  messages: readonly Message[],
): Promise<CallOutcome[]> {
  const { rpc, lane } = pipeline
  const gas = lane.maxGas()
  const calls = messages.map(({ life }) => ({
    id: callId(life.messageId),
    target: targetOf(pipeline, { life })!,
    gasLimit: gas / 2n,
    data: callDataOf(life),
  }))
  const call = { from: signer, to: signer, data: encodeCalls('measure', calls), gas: `0x${gas.toString(16)}` }
  const override = (await isDelegated(rpc, signer)) ? [] : [{ [signer]: { code: lane.code } }]
  try {
    await rpc('eth_call', [call, 'latest', ...override])
  } catch (error) {
    const outcomes = error instanceof NodeError && error.data !== null ? readMeasured(error.data) : null
    if (outcomes === null) throw error
    return outcomes
  }
  throw new Error(`the account of ${signer} does not run the code that it should`)
}

/** Where a message's call goes; undefined when the contract is not active. */
export function targetOf({ contracts }: Pick<Pipeline, 'contracts'>, { life }: Pick<Message, 'life'>): Hex | undefined {
  return contracts.info().contracts[life.intent.contract]
}
