import type { ChainIntent, ChainRecord, MessageState } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'

/** One signed transaction. A message has several when its fee was raised: all of them carry the same nonce. */
export interface Attempt {
  readonly attempt: number
  readonly txHash: Hex
  readonly raw: string
  /** It does nothing, but where it is mined no other can be. */
  readonly cancels?: true
}

/** Where a message stands: the fold of its records, and nothing else. */
export interface Life {
  readonly messageId: Hex
  readonly intent: ChainIntent
  /** Null for what was sent before there were any. */
  readonly traceId: string | null
  readonly state: MessageState
  /** The key of a pool that is to send it; null for one that names its signer. It may change until a number is taken. */
  readonly chosen: Hex | null
  /** Null until a number is taken, and again after a foreign transaction has used it up. */
  readonly signer: Hex | null
  readonly nonce: number | null
  /** The message whose transaction carries this one among others: number and bytes are in that one's life. */
  readonly batch: Hex | null
  /** Of a batch: what its transaction carries; null until there is one, and for any other message. */
  readonly carries: readonly Hex[] | null
  /** How often it went with others: what comes back from there goes alone. */
  readonly batches: number
  /** Those under the present nonce: the one that is mined decides. */
  readonly attempts: readonly Attempt[]
  /** How many were ever signed; the next is one more. */
  readonly signed: number
  readonly mined: Mined | null
}

export interface Mined {
  readonly txHash: Hex
  readonly blockNumber: number
  readonly blockHash: Hex
}

/** What may follow what. Whoever appends anything else has a fault, or another writer was there. */
const following: Readonly<Record<MessageState, readonly MessageState[]>> = {
  RECEIVED: ['ADMITTED', 'REJECTED'],
  // Again, when another key of its pool is to send it.
  ADMITTED: ['ADMITTED', 'BATCHED', 'NONCED', 'REJECTED', 'CANCELLED', 'DEAD'],
  // It goes with a batch, and with another, or comes back, only when the log says of the batch that it went without it, or never can.
  BATCHED: ['MINED', 'ADMITTED', 'BATCHED'],
  // From here on a number is taken: the only way out is through the chain.
  NONCED: ['SIGNED'],
  SIGNED: ['SENDING'],
  SENDING: ['SIGNED', 'POOLED', 'INDETERMINATE', 'MINED', 'REPLACED'],
  POOLED: ['SENDING', 'SIGNED', 'MINED', 'REPLACED'],
  INDETERMINATE: ['SENDING', 'SIGNED', 'POOLED', 'MINED', 'REPLACED'],
  MINED: ['FINAL', 'REVERTED', 'CANCELLED', 'REORGED', 'ADMITTED'],
  REORGED: ['SENDING', 'SIGNED', 'MINED', 'REPLACED', 'ADMITTED'],
  REPLACED: ['ADMITTED', 'NONCED', 'CANCELLED', 'DEAD'],
  FINAL: ['NOTIFIED'],
  // Again and again, until the business side has heard it.
  NOTIFIED: ['NOTIFIED', 'COMPLETED'],
  COMPLETED: [],
  REVERTED: [],
  REJECTED: [],
  CANCELLED: [],
  DEAD: [],
}

/** States after which the gateway has nothing left to do; NOTIFIED waits for the business side alone. */
export function isClosed(state: MessageState): boolean {
  return state === 'NOTIFIED' || following[state].length === 0
}

export function mayFollow(state: MessageState | null, next: MessageState): boolean {
  return state === null ? next === 'RECEIVED' : following[state].includes(next)
}

/** The life after some records, in their order. */
export function fold(life: Life | null, records: readonly ChainRecord[]): Life {
  return records.reduce<Life | null>(evolve, life)!
}

/**
 * The life after one more record.
 *
 * @throws IllegalStep when the record cannot follow
 */
export function evolve(life: Life | null, record: ChainRecord): Life {
  if (!mayFollow(life?.state ?? null, record.state)) {
    throw new IllegalStep(record, `cannot follow ${life?.state ?? 'nothing'}`)
  }
  if (life === null) return begin(record)
  if (record.messageId !== life.messageId) throw new IllegalStep(record, `belongs to another message`)
  const next: Life = { ...life, state: record.state }
  switch (record.state) {
    case 'ADMITTED':
      return cameBack(next, life, record)
    case 'BATCHED':
      return boarded(next, life, record)
    case 'NONCED': {
      const { carries = life.carries } = record
      return { ...next, signer: need(record, 'signer'), nonce: need(record, 'nonce'), carries }
    }
    case 'SIGNED':
      return { ...next, attempts: [...life.attempts, attemptOf(life, record)], signed: life.signed + 1 }
    case 'MINED':
      return { ...next, mined: minedOf(life, record) }
    case 'REORGED':
      return { ...next, mined: null }
    case 'REPLACED':
      return { ...next, signer: null, nonce: null, attempts: [], mined: null }
    default:
      return next
  }
}

function begin(record: ChainRecord): Life {
  return {
    messageId: record.messageId,
    intent: need(record, 'intent'),
    traceId: record.traceId ?? null,
    state: record.state,
    chosen: null,
    signer: null,
    nonce: null,
    batch: null,
    carries: null,
    batches: 0,
    attempts: [],
    signed: 0,
    mined: null,
  }
}

/** One batch, or another in its place, of which the key of its pool may be another too. */
function boarded(next: Life, before: Life, record: ChainRecord): Life {
  const signer = need(record, 'signer')
  const batches = before.batch === null ? before.batches + 1 : before.batches
  return { ...next, signer, chosen: before.chosen && signer, batch: need(record, 'batch'), batches }
}

/** Admitted for the first time, or again: by another key, or without what carried it. One with a number of its own keeps that. */
function cameBack(next: Life, before: Life, record: ChainRecord): Life {
  if (before.state === 'RECEIVED') return { ...next, chosen: record.signer ?? null }
  if (before.state === 'ADMITTED' || before.state === 'REPLACED') return { ...next, chosen: need(record, 'signer') }
  if (before.batch === null) throw new IllegalStep(record, 'has a number of its own')
  return { ...next, signer: null, batch: null, mined: null }
}

function attemptOf(life: Life, record: ChainRecord): Attempt {
  if (record.nonce !== life.nonce) throw new IllegalStep(record, `has nonce ${record.nonce}, not ${life.nonce}`)
  if (record.attempt !== life.signed + 1) throw new IllegalStep(record, `is not attempt ${life.signed + 1}`)
  const { attempt, cancels } = record
  return { attempt, txHash: need(record, 'txHash'), raw: need(record, 'raw'), ...(cancels && { cancels }) }
}

function minedOf(life: Life, record: ChainRecord): Mined {
  const txHash = need(record, 'txHash')
  if (life.batch === null && !life.attempts.some(attempt => attempt.txHash === txHash)) {
    throw new IllegalStep(record, 'is none of the attempts')
  }
  return { txHash, blockNumber: need(record, 'blockNumber'), blockHash: need(record, 'blockHash') }
}

function need<K extends keyof ChainRecord>(record: ChainRecord, field: K): NonNullable<ChainRecord[K]> {
  const value = record[field]
  if (value === undefined) throw new IllegalStep(record, `lacks ${field}`)
  return value as NonNullable<ChainRecord[K]>
}

/** A record that does not fit the life it is appended to. */
export class IllegalStep extends Error {
  override readonly name = 'IllegalStep'

  constructor(record: ChainRecord, why: string) {
    super(`${record.state} of ${record.messageId} ${why}`)
  }
}
