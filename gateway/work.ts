import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../protocol/errors.ts'
import { Unfunded } from './funds.ts'
import { NoLease } from './leases.ts'
import { inTurn, type Message } from './message.ts'
import type { Pipeline } from './pipeline.ts'
import { NotItsTurn } from './pools/turns.ts'
import { NodeError, NodeSilent } from './rpc.ts'

/** What passes by itself, or once somebody has seen the warning. */
const passing = [NodeSilent, NodeError, Unfunded, NoLease, NotItsTurn]

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 10_000

/**
 * Does one piece of work on a message in its turn. What fails is left as the log has it, and tried again later: each
 * time after twice the pause. Never throws.
 */
export async function work(pipeline: Pipeline, message: Message, piece: () => Promise<void>): Promise<void> {
  try {
    await inTurn(message, piece)
  } catch (error) {
    if (pipeline.signal.aborted) return
    postpone(message)
    if (error instanceof EntenteError && error.code === 'LOG_CONFLICT') return reread(pipeline, message)
    const expected = passing.some(kind => error instanceof kind)
    const about = { messageId: message.messageId, state: message.life.state, tries: message.tries }
    pipeline.log[expected ? 'warn' : 'error']({ ...about, err: error }, 'will be tried again')
  }
}

/** Lets a message rest before it is looked after again. */
export function postpone(message: Message): void {
  message.notBeforeMs = performance.now() + Math.min(FIRST_RETRY_MS * 2 ** message.tries, LAST_RETRY_MS)
  message.tries += 1
}

/** Another gateway has taken the message further: go on from where the log says it is. */
async function reread(pipeline: Pipeline, message: Message): Promise<void> {
  pipeline.log.warn({ messageId: message.messageId }, 'another gateway has worked on this message')
  return catchUp(pipeline, message)
}

/** Takes a message as the log has it, if that knows more. */
export async function catchUp(pipeline: Pipeline, message: Message): Promise<void> {
  while (!pipeline.signal.aborted) {
    try {
      const kept = await pipeline.journal.read(message.messageId)
      if (kept === null || kept.lastSeq === message.lastSeq) return
      Object.assign(message, kept, { noted: [] })
      pipeline.desk.note(message)
      message.accepted?.resolve()
      return
    } catch (error) {
      pipeline.log.warn({ messageId: message.messageId, err: error }, 'the log does not answer')
      await sleep(FIRST_RETRY_MS, undefined, { signal: pipeline.signal }).catch(() => {})
    }
  }
}
