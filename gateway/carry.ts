import type { MessageState } from '../protocol/chain-message.ts'
import { isBatch } from './lane/batch.ts'
import { board } from './lane/board.ts'
import { depart } from './lane/depart.ts'
import { isClosed } from './life.ts'
import type { Message } from './message.ts'
import type { Pipeline } from './pipeline.ts'
import { nextInTurn, numberAhead } from './pools/turns.ts'
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

/** The same for a batch of messages, which waits in its lane as long as it is ADMITTED. */
const batchStages: typeof stages = { REPLACED: depart, SENDING: send }

export function canCarry(message: Message): boolean {
  return stages[message.life.state] !== undefined
}

/** Takes a message that was just admitted on its way: one that keeps to an order when all that came before it is known here. */
export async function setOut(pipeline: Pipeline, message: Message): Promise<void> {
  // Rejects when the gateway stops.
  if (message.life.intent.orderKey !== undefined) await pipeline.entries.upTo(message.lastSeq).catch(() => {})
  await carry(pipeline, message)
}

/** Takes a message as far as it can go without the chain, and then the one that waited for it to be numbered. */
export async function carry(pipeline: Pipeline, message: Message): Promise<void> {
  await work(pipeline, message, async () => {
    while (!pipeline.signal.aborted && !message.released) {
      const stage = stageOf(pipeline, message)
      if (stage === undefined) return
      await stage(pipeline, message)
    }
  })
  const { nonce, state } = message.life
  const next = nonce !== null || isClosed(state) ? nextInTurn(pipeline, message) : undefined
  if (next !== undefined) void carry(pipeline, next)
}

function stageOf(pipeline: Pipeline, message: Message): Stage | undefined {
  if (isBatch(message.life)) {
    if (message.life.state === 'ADMITTED') pipeline.lane.gather(message)
    return batchStages[message.life.state]
  }
  const stage = stages[message.life.state]
  if (stage === prepare && numberAhead(pipeline, message) === null) return undefined
  return pipeline.lane.takes(message) ? board : stage
}
