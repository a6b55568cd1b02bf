import type { AnchorProof } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Block, type RpcReceipt, readBlock } from './block.ts'
import { callDataOf } from './contracts.ts'
import type { Message } from './message.ts'
import { note, type Pipeline, store } from './pipeline.ts'
import { proveReceipt } from './prove.ts'
import { replayRevert } from './revert.ts'

/**
 * MINED → NOTIFIED, by FINAL, or REVERTED when the call failed, or CANCELLED, once the block is deep enough. Where another block has taken its
 * place the message is REORGED, and will be sent again.
 */
export async function finalise(pipeline: Pipeline, message: Message): Promise<void> {
  if (message.life.state !== 'MINED') return
  const mined = message.life.mined!
  const block = pipeline.head.block(mined.blockNumber) ?? (await readBlock(pipeline.rpc, mined.blockNumber))
  const receipt = block.receipts.find(each => each.transactionHash === mined.txHash)
  if (receipt === undefined || block.hash !== mined.blockHash) {
    return note(pipeline, message, { state: 'REORGED', cause: `block ${mined.blockNumber} is now ${block.hash}` })
  }
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
  // The business side reads it on the message's own subject; it stays NOTIFIED until that side says COMPLETED.
  await store(pipeline, message, { state: 'FINAL', ...where, ...proof }, { state: 'NOTIFIED', ...mined })
}

function whyReverted(pipeline: Pipeline, message: Message, blockNumber: number) {
  const { intent, signer } = message.life
  const to = pipeline.contracts.addresses()[intent.contract as never] as Hex
  const call = { from: signer!, to, data: callDataOf(message.life), value: BigInt(intent.value) }
  return replayRevert(pipeline.rpc, call, blockNumber)
}

async function proofOf(
  pipeline: Pipeline,
  message: Message,
  block: Block,
  receipt: RpcReceipt,
): Promise<{ proof?: AnchorProof; cause?: string }> {
  if (!message.life.intent.prove) return {}
  try {
    return { proof: await proveReceipt(block, receipt) }
  } catch (error) {
    // What is on chain is on chain: the outcome stands, and says that it lacks its proof.
    pipeline.log.error({ messageId: message.messageId, error: String(error) }, 'no proof can be made')
    return { cause: `without a proof: ${error instanceof Error ? error.message : String(error)}` }
  }
}
