import type { RpcReceipt } from './block.ts'
import { finalise } from './finalise.ts'
import { mayFollow } from './life.ts'
import type { Message } from './message.ts'
import { note, type Pipeline } from './pipeline.ts'

/** Notes in which block one of the message's attempts was mined. Harmless when that is known already. */
export async function mine(pipeline: Pipeline, message: Message, receipt: RpcReceipt): Promise<void> {
  if (!mayFollow(message.life.state, 'MINED')) return
  const blockNumber = Number(receipt.blockNumber)
  note(pipeline, message, {
    state: 'MINED',
    txHash: receipt.transactionHash,
    blockNumber,
    blockHash: receipt.blockHash,
    gasUsed: BigInt(receipt.gasUsed).toString(),
  })
  // Where blocks are final at once, or this one was long before it was found.
  if (blockNumber <= pipeline.head.finalNumber()) await finalise(pipeline, message)
}
