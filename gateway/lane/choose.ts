import type { Address } from '../../protocol/ids.ts'
import { callDataOf } from '../contracts.ts'
import type { Message } from '../message.ts'
import type { Pipeline } from '../pipeline.ts'
import { callId } from './batch.ts'
import { bytesOf } from './calls.ts'
import { gasBeforeCalls, gasForCall, SHARED_MARGIN } from './gas.ts'
import { MAX_BYTES, MAX_CALLS } from './gathering.ts'
import { measure, targetOf } from './measure.ts'

/** A message, and what its call was seen to use. */
export interface Measured {
  readonly message: Message
  readonly gasUsed: bigint
}

/**
 * Of the messages aboard those that go: as many as fit, in their order. What the contract would refuse now is marked to go alone, and
 * is judged there.
 *
 * @throws NodeSilent or NodeError when the node cannot say
 */
export async function choose(pipeline: Pipeline, signer: Address, aboard: readonly Message[]): Promise<Measured[]> {
  const candidates = chooseBySize(pipeline, aboard)
  return candidates.length === 0 ? [] : chooseByGas(pipeline, signer, candidates)
}

/** As many as a transaction's bytes hold. */
function chooseBySize(pipeline: Pipeline, aboard: readonly Message[]): Message[] {
  const chosen: Message[] = []
  const names = new Set<string>()
  let bytes = 0
  for (const message of aboard) {
    if (targetOf(pipeline, message) === undefined) {
      message.alone = true
      continue
    }
    bytes += bytesOf({ data: callDataOf(message.life) })
    if ((bytes > MAX_BYTES && chosen.length > 0) || chosen.length === MAX_CALLS) break
    // Names of calls are short enough for somebody to make two that are the same: one of them waits.
    if (names.has(callId(message.messageId))) continue
    names.add(callId(message.messageId))
    chosen.push(message)
  }
  return chosen
}

/** Of those, as many as its gas allows. */
async function chooseByGas(pipeline: Pipeline, signer: Address, candidates: readonly Message[]): Promise<Measured[]> {
  const outcomes = await measure(pipeline, signer, candidates)
  const mostGas = pipeline.lane.maxGas()
  const used = outcomes.map(({ gasUsed }) => gasUsed).filter(gas => gas > 0n)
  if (used.length > 0) pipeline.lane.saw(signer, used.reduce((sum, gas) => sum + gas) / BigInt(used.length))
  const chosen: Measured[] = []
  let [bytes, gas] = [0, SHARED_MARGIN]
  for (const [index, message] of candidates.entries()) {
    const { fate, gasUsed } = outcomes[index]!
    if (fate === 'skipped') break
    if (fate === 'failed') {
      message.alone = true
      continue
    }
    bytes += bytesOf({ data: callDataOf(message.life) })
    gas += gasForCall(gasUsed)
    if (gas + gasBeforeCalls(bytes) > mostGas) break
    chosen.push({ message, gasUsed })
  }
  return chosen
}
