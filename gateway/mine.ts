import type { RpcReceipt } from './block.ts'
import { finalise } from './finalise.ts'
import { isBatch } from './lane/batch.ts'
import { noteOnBoard } from './lane/settle.ts'
import { mayFollow } from './life.ts'
import type { Message } from './message.ts'
import { note, type Pipeline } from './pipeline.ts'

/** Notes in which block one of the message's attempts was mined. Harmless when that is known already. */
export async function mine(pipeline: Pipeline, message: Message, receipt: RpcReceipt): Promise<void> {
  if (!mayFollow(message.life.state, 'MINED')) return
  const blockNumber = Number(receipt.blockNumber)
  const mined = { txHash: receipt.transactionHash, blockNumber, blockHash: receipt.blockHash }
  note(pipeline, message, { state: 'MINED', ...mined, gasUsed: BigInt(receipt.gasUsed).toString() })
  const { life } = message
  if (isBatch(life)) pipeline.lane.wake(life.signer!)
  // Where blocks are final at once, or this one was long before it was found.
  if (blockNumber <= pipeline.head.finalNumber()) return finalise(pipeline, message)
  if (isBatch(life)) noteOnBoard(pipeline, message, { state: 'MINED', ...mined })
}
