import type { Attempt } from './life.ts'
import type { Message } from './message.ts'
import { note, type Pipeline } from './pipeline.ts'
import { isAlreadyThere, NodeError, NodeSilent, type Rpc } from './rpc.ts'

/**
 * Gives the stored bytes to the node: SENDING → POOLED, or INDETERMINATE when it cannot be known whether the node has
 * them. Sending again is always the same bytes, so it can never have a second effect, and none of this has to be stored
 * before it is done.
 */
export async function send(pipeline: Pipeline, message: Message, cause?: string): Promise<void> {
  const attempt = message.life.attempts.at(-1)!
  if (message.life.state !== 'SENDING') {
    const step = { state: 'SENDING', attempt: attempt.attempt, txHash: attempt.txHash } as const
    note(pipeline, message, { ...step, ...(cause !== undefined && { cause }) })
  }
  message.sentAtBlock = pipeline.head.latest().number
  message.idleBlocks = 0
  message.lookedAtMs = performance.now()
  const doubt = await pipeline.slots(() => broadcast(pipeline.rpc, attempt))
  if (doubt === null) return note(pipeline, message, { state: 'POOLED', txHash: attempt.txHash })
  pipeline.log.warn({ messageId: message.messageId, txHash: attempt.txHash, doubt }, 'sent, but not known to be there')
  note(pipeline, message, { state: 'INDETERMINATE', txHash: attempt.txHash, cause: doubt })
}

/** @returns null when the node has the transaction, else why that is in doubt */
async function broadcast(rpc: Rpc, attempt: Attempt): Promise<string | null> {
  try {
    // The node's answer is ignored: the hash computed here is the transaction's, whatever the node says.
    await rpc('eth_sendRawTransaction', [attempt.raw])
    return null
  } catch (error) {
    if (error instanceof NodeError) return isAlreadyThere(error) ? null : error.message
    if (error instanceof NodeSilent) return error.message
    throw error
  }
}
