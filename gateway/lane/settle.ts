import { type Block, type RpcReceipt, readBlock, receiptIn } from '../block.ts'
import type { Step } from '../journal.ts'
import { isClosed, mayFollow } from '../life.ts'
import type { Message } from '../message.ts'
import { note, type Pipeline, store } from '../pipeline.ts'
import { proofOf } from '../proof-of.ts'
import { revertOf } from '../revert.ts'
import { told } from '../told.ts'
import { postpone, work } from '../work.ts'
import { callId, onBoard } from './batch.ts'
import { boardNext } from './board.ts'
import { comeBack } from './come-back.ts'
import { type MinedOutcome, readOutcomes } from './outcomes.ts'

/** Lets the messages of a batch know what was seen of its transaction: that it is in a block, or is no more. */
export function noteOnBoard(pipeline: Pipeline, batch: Message, step: Step): void {
  for (const message of onBoard(pipeline, batch)) {
    void work(pipeline, message, async () => {
      if (message.life.batch === batch.messageId && mayFollow(message.life.state, step.state)) {
        note(pipeline, message, step)
      }
    })
  }
}

/**
 * Gives each message of a batch whose block is final its own outcome, and then closes the batch: as long as it is open, whoever
 * comes after a crash does this again, for those that have none yet.
 */
export async function settleBatch(
  pipeline: Pipeline,
  batch: Message,
  block: Block,
  receipt: RpcReceipt,
): Promise<void> {
  const outcomes = outcomesIn(receipt)
  const messages = onBoard(pipeline, batch)
  await Promise.all(
    messages.map(message => work(pipeline, message, () => settle(pipeline, message, { block, receipt, outcomes }))),
  )
  const left = onBoard(pipeline, batch).length
  if (left > 0) throw new Error(`${left} of ${messages.length} messages have no outcome yet`)
  const where = placeOf(block, receipt)
  if (outcomes === null) {
    const cause = 'it failed as a whole: what it carried goes alone'
    return store(pipeline, batch, { state: 'REVERTED', cause, ...where })
  }
  await store(pipeline, batch, { state: 'FINAL', ...where }, ...told(batch.life))
}

/** For a message whose batch is not in hand: closed without it, or just about to be taken over. */
export async function lookAfterPassenger(pipeline: Pipeline, message: Message): Promise<void> {
  const batch = await pipeline.journal.read(message.life.batch!)
  if (batch === null || !isClosed(batch.life.state)) return postpone(message)
  const { mined, state, carries } = batch.life
  if (mined === null) {
    // One that never went can have done nothing to deserve that its passengers go alone.
    if (carries === null && (await boardNext(pipeline, message))) return
    return comeBack(pipeline, message, `its batch is ${state}`)
  }
  const block = await readBlock(pipeline.rpc, mined.blockNumber, pipeline.profile.receipts)
  const receipt = receiptIn(block, mined.txHash)
  if (receipt === undefined) return postpone(message)
  await settle(pipeline, message, { block, receipt, outcomes: outcomesIn(receipt) })
}

interface Place {
  readonly block: Block
  readonly receipt: RpcReceipt
  /** Null when the transaction failed as a whole. */
  readonly outcomes: ReturnType<typeof readOutcomes> | null
}

async function settle(pipeline: Pipeline, message: Message, { block, receipt, outcomes }: Place): Promise<void> {
  if (message.life.batch === null || isClosed(message.life.state)) return
  const outcome = outcomes?.get(callId(message.messageId))
  if (outcome === undefined || outcome.fate === 'skipped') {
    const cause = outcome === undefined ? 'its batch did not carry it' : 'too little gas was left for it in its batch'
    return comeBack(pipeline, message, cause)
  }
  const where = { ...placeOf(block, receipt), gasUsed: outcome.gasUsed.toString() }
  seeMined(pipeline, message, where)
  if (outcome.fate === 'failed') return store(pipeline, message, refused(outcome, where))
  const proof = await proofOf(pipeline, message, block, receipt)
  const final: Step = { state: 'FINAL', ...where, logs: outcome.logs, ...proof }
  await store(pipeline, message, final, ...told(message.life))
}

/** In this very block: what was seen before may have been in one that is no more. */
function seeMined(pipeline: Pipeline, message: Message, where: ReturnType<typeof placeOf>): void {
  const { state, mined } = message.life
  if (state === 'MINED' && mined!.blockHash === where.blockHash) return
  if (state === 'MINED') note(pipeline, message, { state: 'REORGED', cause: `its block is now ${where.blockHash}` })
  note(pipeline, message, { state: 'MINED', ...where })
}

function refused(outcome: MinedOutcome, where: ReturnType<typeof placeOf>): Step {
  const revert = revertOf(outcome.reason, 'the call failed')
  return { state: 'REVERTED', cause: `the contract refused: ${revert.name}`, revert, ...where, logs: outcome.logs }
}

function outcomesIn(receipt: RpcReceipt): ReturnType<typeof readOutcomes> | null {
  return BigInt(receipt.status) === 1n ? readOutcomes(receipt) : null
}

function placeOf(block: Block, receipt: RpcReceipt) {
  const gasUsed = BigInt(receipt.gasUsed).toString()
  return { txHash: receipt.transactionHash, blockNumber: block.number, blockHash: block.hash, gasUsed }
}
