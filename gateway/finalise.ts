import type { Hex } from '../protocol/hash.ts'
import { readBlock, receiptIn } from './block.ts'
import { callDataOf } from './contracts.ts'
import { isBatch } from './lane/batch.ts'
import { noteOnBoard, settleBatch } from './lane/settle.ts'
import type { Message } from './message.ts'
import { note, type Pipeline, store } from './pipeline.ts'
import { proofOf } from './proof-of.ts'
import { replayRevert } from './revert.ts'
import { told } from './told.ts'

/**
 * MINED → NOTIFIED, by FINAL, or REVERTED when the call failed, or CANCELLED, once the block is deep enough. Where another block has taken its
 * place the message is REORGED, and will be sent again. A message that goes with a batch has its outcome from that.
 */
export async function finalise(pipeline: Pipeline, message: Message): Promise<void> {
  if (message.life.state !== 'MINED' || message.life.batch !== null) return
  const mined = message.life.mined!
  const { head, rpc, profile } = pipeline
  const block = head.block(mined.blockNumber) ?? (await readBlock(rpc, mined.blockNumber, profile.receipts))
  const receipt = receiptIn(block, mined.txHash)
  if (receipt === undefined || block.hash !== mined.blockHash) {
    const reorged = { state: 'REORGED', cause: `block ${mined.blockNumber} is now ${block.hash}` } as const
    note(pipeline, message, reorged)
    return isBatch(message.life) ? noteOnBoard(pipeline, message, reorged) : undefined
  }
  if (isBatch(message.life)) return settleBatch(pipeline, message, block, receipt)
  const where = { ...mined, gasUsed: BigInt(receipt.gasUsed).toString() }
  if (message.life.attempts.find(each => each.txHash === mined.txHash)?.cancels) {
    return store(pipeline, message, { state: 'CANCELLED', ...where })
  }
  if (BigInt(receipt.status) === 0n) {
    const revert = await whyReverted(pipeline, message, mined.blockNumber)
    return store(pipeline, message, {
      state: 'REVERTED',
      cause: `the contract refused: ${revert.name}`,
      revert,
      ...where,
    })
  }
  const proof = await proofOf(pipeline, message, block, receipt)
  await store(pipeline, message, { state: 'FINAL', ...where, ...proof }, ...told(message.life))
}

function whyReverted(pipeline: Pipeline, message: Message, blockNumber: number) {
  const { intent, signer } = message.life
  const to = pipeline.contracts.addresses()[intent.contract as never] as Hex
  const call = { from: signer!, to, data: callDataOf(message.life), value: BigInt(intent.value) }
  return replayRevert(pipeline.rpc, call, blockNumber)
}
