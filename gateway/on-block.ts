import type { Block } from './block.ts'
import { finalise } from './finalise.ts'
import { mine } from './mine.ts'
import { note, type Pipeline } from './pipeline.ts'
import { noteStray } from './reconcile/strays.ts'
import { work } from './work.ts'

/** Egress: what was mined in this block, and what it has made final. */
export function onBlock(pipeline: Pipeline, block: Block): void {
  for (const receipt of block.receipts) {
    const message = pipeline.desk.byTransaction(receipt.transactionHash)
    if (message !== undefined) void work(pipeline, message, () => mine(pipeline, message, receipt))
    else noteStray(pipeline, receipt)
  }
  for (const message of pipeline.desk.all()) {
    const { state, mined, batch } = message.life
    if (state !== 'MINED' || batch !== null || mined!.blockNumber > pipeline.head.finalNumber()) continue
    void work(pipeline, message, () => finalise(pipeline, message))
  }
}

/** The chain has taken a block back, and what was mined in it is to be sent again. */
export function onRetract(pipeline: Pipeline, block: Block): void {
  for (const message of pipeline.desk.all()) {
    void work(pipeline, message, async () => {
      if (message.life.state !== 'MINED' || message.life.mined!.blockHash !== block.hash) return
      note(pipeline, message, { state: 'REORGED', cause: `block ${block.hash} is no longer on the chain` })
    })
  }
}
