import type { Address } from '../../protocol/ids.ts'
import { senderOf } from '../estimate.ts'
import type { Message } from '../message.ts'
import { type Pipeline, store } from '../pipeline.ts'

/** ADMITTED or BATCHED → BATCHED, by the batch that its signer sends next. */
export function board(pipeline: Pipeline, message: Message): Promise<void> {
  return boardBy(pipeline, message, senderOf(pipeline, message.life))
}

/**
 * Has a message board another batch, in the place of one that goes without it: by another key of its pool where its own can send
 * nothing.
 *
 * @returns false for a message that is not to go with others, or not from here
 */
export async function boardNext(pipeline: Pipeline, message: Message): Promise<boolean> {
  const { life, alone } = message
  const signer = pipeline.pools.instead(life) ?? senderOf(pipeline, life)
  if (alone || !pipeline.leases.holds(signer) || !pipeline.lane.isFor(signer, life.intent)) return false
  await boardBy(pipeline, message, signer)
  return true
}

function boardBy(pipeline: Pipeline, message: Message, signer: Address): Promise<void> {
  return pipeline.lane.board(signer, message.life.intent, batch =>
    store(pipeline, message, { state: 'BATCHED', batch, signer }),
  )
}
