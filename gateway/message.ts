import type { ChainStep } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Life } from './life.ts'

/** A message in hand. After a crash it comes back from the log, without what was noted since. */
export interface Message {
  readonly messageId: Hex
  life: Life
  /** Steps that are part of its life already, and are stored with the next one or after a while. */
  noted: ChainStep[]
  /** Sequence of its last entry in the stream; 0 as long as it has none. */
  lastSeq: number
  /** Settles once it is in the stream; null for one that came from there. */
  readonly accepted: PromiseWithResolvers<void> | null
  /** The order in which messages came into these hands. */
  readonly order: number
  /** Head of the chain when it was last sent or looked for, 0 when that is not known: what has not been mined some blocks later is looked after. */
  sentAtBlock: number
  /** Blocks since it was last sent in which the node was seen to have it, and did not mine it. */
  idleBlocks: number
  /** When it was last sent or looked for, on the monotonic clock. */
  lookedAtMs: number
  /** The node has lost another message of the same signer, so this one is asked about at once. */
  suspect: boolean
  /** What failed or is in doubt is tried again, each time later; on the monotonic clock. */
  tries: number
  notBeforeMs: number
  /** How often the node's answer was neither what it would cost nor a refusal. */
  unpriced: number
  /** Settles when the message is mined or closed. */
  readonly settled: PromiseWithResolvers<void>
  /** It goes without others, whatever lane it asked for. */
  alone: boolean
  /** Another gateway has it now. */
  released: boolean
  turn: Promise<void>
  /** Pieces of work that wait for their turn, or have it. */
  busy: number
}

/** @param noted steps of a new message, which are not stored yet */
export function holdMessage(life: Life, lastSeq: number, order: number, noted: ChainStep[] = []): Message {
  return {
    messageId: life.messageId,
    life,
    noted,
    lastSeq,
    accepted: lastSeq === 0 ? Promise.withResolvers<void>() : null,
    order,
    sentAtBlock: 0,
    idleBlocks: 0,
    lookedAtMs: 0,
    suspect: false,
    tries: 0,
    notBeforeMs: 0,
    unpriced: 0,
    settled: Promise.withResolvers<void>(),
    alone: false,
    released: false,
    turn: Promise.resolve(),
    busy: 0,
  }
}

/** Runs work on a message after all work on it that was asked for before: one hand at a time. */
export function inTurn(message: Message, work: () => Promise<void>): Promise<void> {
  message.busy += 1
  const done = message.turn.then(work)
  const ended = () => {
    message.busy -= 1
  }
  // What follows must run whether or not this fails; the failure goes to whoever asked for the work.
  message.turn = done.then(ended, ended)
  return done
}
