import type { Address } from '../../protocol/ids.ts'
import { carry } from '../carry.ts'
import { callDataOf } from '../contracts.ts'
import type { Message } from '../message.ts'
import type { Pipeline } from '../pipeline.ts'
import { batchIntent, callId } from './batch.ts'
import { bytesOf } from './calls.ts'
import { gasBeforeCalls, gasForCall, SHARED_MARGIN } from './gas.ts'
import { measure, targetOf } from './measure.ts'

/** Nodes keep transactions of up to 128 KiB (geth); a call takes 256 bytes or so. */
const MAX_BYTES = 100_000
const MAX_CALLS = 1_000

/** A message, and what its call was seen to use. */
interface Measured {
  readonly message: Message
  readonly gasUsed: bigint
}

/**
 * Makes a batch of what waits for a signer: as many as fit, in their order. What the contract would refuse now leaves the
 * lane and is judged alone; so does what would be alone in its batch.
 */
export async function form(pipeline: Pipeline, signer: Address): Promise<void> {
  const { lane, leases, journal, desk, signers } = pipeline
  if (!leases.holds(signer) || signers.decided(signer).frozen !== null) return
  const candidates = chooseBySize(pipeline, lane.waiting(signer))
  const chosen = candidates.length > 1 ? await chooseByGas(pipeline, signer, candidates) : []
  if (chosen.length < 2) return goAlone(pipeline, chosen[0]?.message ?? candidates[0])
  const passengers = chosen.map(({ message, gasUsed }) => ({ messageId: message.messageId, gasUsed }))
  const cause = `${passengers.length} messages go together`
  const kept = await journal.begin(batchIntent(signer, passengers), [{ state: 'ADMITTED', cause }])
  if (kept === null) throw new Error('the name of the batch is taken')
  for (const { message } of chosen) lane.leave(message)
  void carry(pipeline, desk.take(kept.life, kept.lastSeq))
}

/** As many as a transaction's bytes hold. */
function chooseBySize(pipeline: Pipeline, waiting: readonly Message[]): Message[] {
  const chosen: Message[] = []
  const names = new Set<string>()
  let bytes = 0
  for (const message of waiting) {
    if (targetOf(pipeline, message) === undefined) {
      goAlone(pipeline, message)
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

/** Of those, as many as its gas allows; what would fail now goes alone. */
async function chooseByGas(pipeline: Pipeline, signer: Address, candidates: readonly Message[]): Promise<Measured[]> {
  const outcomes = await measure(pipeline, signer, candidates)
  const mostGas = pipeline.lane.maxGas()
  const chosen: Measured[] = []
  let [bytes, gas] = [0, SHARED_MARGIN]
  for (const [index, message] of candidates.entries()) {
    const { fate, gasUsed } = outcomes[index]!
    if (fate === 'skipped') break
    if (fate === 'failed') {
      goAlone(pipeline, message)
      continue
    }
    bytes += bytesOf({ data: callDataOf(message.life) })
    gas += gasForCall(gasUsed)
    if (gas + gasBeforeCalls(bytes) > mostGas) break
    chosen.push({ message, gasUsed })
  }
  return chosen
}

/** Out of the lane, for good. */
function goAlone(pipeline: Pipeline, message: Message | undefined): void {
  if (message === undefined) return
  message.alone = true
  pipeline.lane.leave(message)
  void carry(pipeline, message)
}
