import type { AnchorProof } from '../protocol/chain-message.ts'
import type { Block, RpcReceipt } from './block.ts'
import type { Message } from './message.ts'
import type { Pipeline } from './pipeline.ts'
import { proveReceipt } from './prove.ts'

/** The proof that a message has asked for, or why it has none. */
export async function proofOf(
  pipeline: Pick<Pipeline, 'log'>,
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
