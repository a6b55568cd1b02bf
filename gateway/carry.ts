import type { MessageState } from '../protocol/chain-message.ts'
import { isBatch } from './lane/batch.ts'
import { board } from './lane/board.ts'
import type { Message } from './message.ts'
import type { Pipeline } from './pipeline.ts'
import { prepare } from './prepare.ts'
import { send } from './send.ts'
import { work } from './work.ts'

type Stage = (pipeline: Pipeline, message: Message) => Promise<void>

/**
 * What is done next for a message in each state; in the others it waits for the chain. A message that is found in the
 * log after a crash goes on here just like one that has come this far without.
 */
const stages: Partial<Record<MessageState, Stage>> = {
  ADMITTED: prepare,
  REPLACED: prepare,
  SENDING: send,
}

/** The same for a batch of messages. */
const batchStages: typeof stages = { ...stages, ADMITTED: board, REPLACED: board }

export function canCarry(message: Message): boolean {
  return stages[message.life.state] !== undefined
}

/** Takes a message as far as it can go without the chain. */
export function carry(pipeline: Pipeline, message: Message): Promise<void> {
  return work(pipeline, message, async () => {
    while (!pipeline.signal.aborted && !message.released) {
      const stage = stageOf(pipeline, message)
      if (stage === undefined) return
      await stage(pipeline, message)
    }
  })
}

function stageOf(pipeline: Pipeline, message: Message): Stage | undefined {
  if (isBatch(message.life)) return batchStages[message.life.state]
  return pipeline.lane.join(message) ? undefined : stages[message.life.state]
}
