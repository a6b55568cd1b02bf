import { LRUCache } from 'lru-cache'
import { type ChainEntry, recordsOf } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { fold, isClosed, type Life } from './life.ts'
import { createRoster, type Roster } from './pools/roster.ts'
import { isDelegating } from './transaction.ts'

/** A life, and the sequence of its last entry. */
export interface Kept {
  readonly life: Life
  readonly lastSeq: number
}

/** On the monotonic clock, when this process first saw the message in its state. */
export interface Standing extends Kept {
  /** Sequence of its first entry. */
  readonly firstSeq: number
  readonly sinceMs: number
}

/** What the log says of every message that is not done with, whichever gateway works on it. */
export interface Ledger {
  /**
   * Takes in an entry as the log has it; what is known already, or belongs to a message that is done with, changes nothing.
   * @throws IllegalStep when it cannot follow: a stranger's
   */
  note(entry: ChainEntry, seq: number): Life | null
  /** Takes in what this process has stored. */
  keep(kept: Kept): void
  /** Whether an entry of this sequence is taken in. */
  has(messageId: Hex, seq: number): boolean
  /** Whether a transaction is one of a message that was closed lately, by whichever gateway. */
  knewTransaction(txHash: Hex): boolean
  /** Messages that are not closed, in the order of their first entries. */
  open(): Iterable<Standing>
  /** Messages whose outcome nobody has acted on. */
  awaiting(): Iterable<Standing>
  /** The lowest sequence of an entry that belongs to a message in the ledger; null when there is none. */
  firstSeq(): number | null
  /** Numbers of a signer that open messages hold. */
  taken(signer: Hex): ReadonlySet<number>
  /** What each key has to do, and what follows what. */
  readonly roster: Roster
}

/** Enough to tell entries that come by the stream after they were stored here. */
const DONE_KEPT = 8_192

export function createLedger(): Ledger {
  const open = new Map<Hex, Standing>()
  const awaiting = new Map<Hex, Standing>()
  const past = new LRUCache<Hex, true>({ max: DONE_KEPT })
  const roster = createRoster()
  const done = new LRUCache<Hex, number>({ max: DONE_KEPT })

  function keep({ life, lastSeq }: Kept): void {
    const { messageId, state } = life
    const before = open.get(messageId) ?? awaiting.get(messageId)
    const standing: Standing = {
      life,
      lastSeq,
      firstSeq: before?.firstSeq ?? lastSeq,
      sinceMs: before?.life.state === state ? before.sinceMs : performance.now(),
    }
    roster.note(standing)
    if (!isClosed(state)) return void open.set(messageId, standing)
    for (const { txHash } of life.attempts) past.set(txHash, true)
    open.delete(messageId)
    if (state === 'NOTIFIED') return void awaiting.set(messageId, standing)
    awaiting.delete(messageId)
    done.set(messageId, lastSeq)
  }

  return {
    roster,
    keep,
    note(entry, seq) {
      const before = open.get(entry.messageId) ?? awaiting.get(entry.messageId)
      if (before ? before.lastSeq >= seq : entry.steps[0]!.state !== 'RECEIVED') return null
      const life = fold(before?.life ?? null, recordsOf(entry))
      keep({ life, lastSeq: seq })
      return life
    },
    has(messageId, seq) {
      const known = open.get(messageId)?.lastSeq ?? awaiting.get(messageId)?.lastSeq ?? done.get(messageId)
      return known !== undefined && known >= seq
    },
    knewTransaction: txHash => past.has(txHash),
    open: () => open.values(),
    awaiting: () => awaiting.values(),
    firstSeq() {
      let first = Number.POSITIVE_INFINITY
      for (const standing of [...open.values(), ...awaiting.values()]) first = Math.min(first, standing.firstSeq)
      return Number.isFinite(first) ? first : null
    },
    taken(signer) {
      const lives = [...open.values()].map(({ life }) => life)
      return new Set(lives.filter(life => life.signer === signer).flatMap(numbersOf))
    },
  }
}

/** A transaction that delegates its own sender's account uses the number after its own too (EIP-7702). */
export function numbersOf({ nonce, attempts }: Life): number[] {
  if (nonce === null) return []
  return attempts.some(({ raw }) => isDelegating(raw)) ? [nonce, nonce + 1] : [nonce]
}
