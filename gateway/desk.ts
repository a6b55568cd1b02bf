import { LRUCache } from 'lru-cache'
import type { Hex } from '../protocol/hash.ts'
import { isClosed, type Life } from './life.ts'
import { holdMessage, type Message } from './message.ts'

/** The messages in hand: all whose life is not closed, by id and by the hash of each of their transactions. */
export interface Desk {
  take(life: Life, lastSeq: number): Message
  get(messageId: Hex): Message | undefined
  /** One of those that were closed lately. */
  closed(messageId: Hex): Message | undefined
  byTransaction(txHash: Hex): Message | undefined
  /** Brings the index up to date after a record; closed messages leave. */
  note(message: Message): void
  /** In the order in which they came. */
  all(): Message[]
  readonly size: number
  /** Counts up whenever a message is mined or closed. */
  settledCount(): number
}

/** Enough for those whose business side is at work; what is older is read from the log. */
const CLOSED_KEPT = 4_096

export function createDesk(): Desk {
  const open = new Map<Hex, Message>()
  const closed = new LRUCache<Hex, Message>({ max: CLOSED_KEPT })
  const transactions = new Map<Hex, Message>()
  let order = 0
  let settled = 0

  function note(message: Message): void {
    const { state, attempts } = message.life
    for (const attempt of attempts) transactions.set(attempt.txHash, message)
    if (state === 'MINED' || isClosed(state)) {
      message.settled.resolve()
      settled += 1
    }
    if (!isClosed(state)) return
    open.delete(message.messageId)
    closed.set(message.messageId, message)
    for (const attempt of attempts) transactions.delete(attempt.txHash)
  }

  return {
    note,
    take(life, lastSeq) {
      order += 1
      const message = holdMessage(life, lastSeq, order)
      open.set(life.messageId, message)
      note(message)
      return message
    },
    get: messageId => open.get(messageId),
    closed: messageId => closed.get(messageId),
    byTransaction: txHash => transactions.get(txHash),
    all: () => [...open.values()],
    settledCount: () => settled,
    get size() {
      return open.size
    },
  }
}
