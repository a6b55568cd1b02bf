import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { holdMessage, inTurn, type Message } from '../message.ts'
import { type Pipeline, store } from '../pipeline.ts'

/**
 * Gives a batch up that has not gone, whichever gateway it waits with: that one finds it closed, and lets the others aboard go with
 * the next. The log takes one next entry of a batch, so it has either gone or never can.
 *
 * @returns false when it has gone
 */
export async function holdBack(pipeline: Pipeline, batchId: Hex, cause: string): Promise<boolean> {
  let batch = pipeline.desk.get(batchId) ?? (await readBatch(pipeline, batchId))
  while (batch?.life.state === 'ADMITTED') {
    try {
      await inTurn(batch, () => giveUp(pipeline, batch!, cause))
    } catch (error) {
      if (!(error instanceof EntenteError) || error.code !== 'LOG_CONFLICT') throw error
      // What is known of it here is old.
      batch = await readBatch(pipeline, batchId)
    }
  }
  return batch?.life.state === 'DEAD' && batch.life.carries === null
}

async function giveUp(pipeline: Pipeline, batch: Message, cause: string): Promise<void> {
  if (batch.life.state === 'ADMITTED') await store(pipeline, batch, { state: 'DEAD', cause })
}

async function readBatch({ journal }: Pipeline, batchId: Hex): Promise<Message | null> {
  const kept = await journal.read(batchId)
  return kept && holdMessage(kept.life, kept.lastSeq, 0)
}
