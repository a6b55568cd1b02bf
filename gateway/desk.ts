import { LRUCache } from 'lru-cache'
import type { ChainStep } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { isClosed, type Life } from './life.ts'
import { holdMessage, type Message } from './message.ts'

/** The messages in hand: all whose life is not closed, by id and by the hash of each of their transactions. */
export interface Desk {
  take(life: Life, lastSeq: number): Message
  /** The same for a new message, of which nothing is stored yet. */
  takeNew(life: Life, noted: ChainStep[]): Message
  get(messageId: Hex): Message | undefined
  /** One of those that were closed lately. */
  closed(messageId: Hex): Message | undefined
  /** Whether a transaction is one of a message that is in hand, or was lately. */
  knewTransaction(txHash: Hex): boolean
  byTransaction(txHash: Hex): Message | undefined
  /** Those that go with a batch. */
  aboard(batchId: Hex): Message[]
  /** Brings the index up to date after a record of a message in hand; closed messages leave. */
  note(message: Message): void
  /** Lets go of one that is not closed. */
  release(message: Message): void
  /** Counts one among them that is being stored; to be said once it is here, or is not coming. */
  expect(): { done(): void }
  /** In the order in which they came. */
  all(): Message[]
  /** With those that are expected. */
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
  const past = new LRUCache<Hex, true>({ max: CLOSED_KEPT })
  const aboard = new Map<Hex, Set<Message>>()
  const batchOf = new Map<Message, Hex>()
  let order = 0
  let settled = 0
  let expected = 0

  function seat(message: Message, batchId: Hex | null): void {
    const before = batchOf.get(message)
    if (before === (batchId ?? undefined)) return
    const left = before === undefined ? undefined : aboard.get(before)
    left?.delete(message)
    if (left?.size === 0) aboard.delete(before!)
    batchOf.delete(message)
    if (batchId === null) return
    batchOf.set(message, batchId)
    aboard.set(batchId, (aboard.get(batchId) ?? new Set()).add(message))
  }

  function note(message: Message): void {
    const { state, attempts, batch } = message.life
    // What is taken back for another gateway's message is that one's to follow.
    if (open.get(message.messageId) !== message) return
    seat(message, isClosed(state) ? null : batch)
    for (const attempt of attempts) transactions.set(attempt.txHash, message)
    if (state === 'MINED' || isClosed(state)) {
      message.settled.resolve()
      settled += 1
    }
    if (!isClosed(state)) return
    open.delete(message.messageId)
    closed.set(message.messageId, message)
    for (const { txHash } of attempts) {
      transactions.delete(txHash)
      past.set(txHash, true)
    }
  }

  function take(life: Life, lastSeq: number, noted?: ChainStep[]): Message {
    order += 1
    const message = holdMessage(life, lastSeq, order, noted)
    open.set(life.messageId, message)
    note(message)
    return message
  }

  return {
    note,
    take: (life, lastSeq) => take(life, lastSeq),
    takeNew: (life, noted) => take(life, 0, noted),
    release(message) {
      message.released = true
      seat(message, null)
      message.settled.resolve()
      open.delete(message.messageId)
      for (const attempt of message.life.attempts) transactions.delete(attempt.txHash)
    },
    expect() {
      expected += 1
      return {
        done() {
          expected -= 1
        },
      }
    },
    get: messageId => open.get(messageId),
    closed: messageId => closed.get(messageId),
    knewTransaction: txHash => transactions.has(txHash) || past.has(txHash),
    byTransaction: txHash => transactions.get(txHash),
    aboard: batchId => [...(aboard.get(batchId) ?? [])],
    all: () => [...open.values()],
    settledCount: () => settled,
    get size() {
      return open.size + expected
    },
  }
}
