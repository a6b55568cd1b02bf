import { carry } from '../carry.ts'
import type { Message } from '../message.ts'
import { note, type Pipeline } from '../pipeline.ts'
import { work } from '../work.ts'
import { onBoard } from './batch.ts'
import { boardNext } from './board.ts'

/**
 * Lets those go another way that a batch has gone without, or that were aboard of one that was given up: the log says that of the
 * batch by now. Whoever only found no room boards the next; whoever is not to go with others, or by a key of another gateway,
 * comes back.
 */
export function letOff(pipeline: Pipeline, batch: Message): void {
  const { state, carries } = batch.life
  const carried = new Set(state === 'DEAD' ? [] : carries)
  for (const message of onBoard(pipeline, batch)) {
    if (carried.has(message.messageId)) continue
    void work(pipeline, message, () => goOn(pipeline, message, batch)).then(() => carry(pipeline, message))
  }
}

async function goOn(pipeline: Pipeline, message: Message, batch: Message): Promise<void> {
  if (message.life.state !== 'BATCHED' || message.life.batch !== batch.messageId) return
  if (await boardNext(pipeline, message)) return
  // It is stored with its number, which makes sure that it goes one way only.
  note(pipeline, message, { state: 'ADMITTED', cause: 'its batch goes without it' })
}
