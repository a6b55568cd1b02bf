import { senderOf } from '../estimate.ts'
import type { Message } from '../message.ts'
import type { Pipeline } from '../pipeline.ts'

/** What keeps to an order has found that it is not its turn: it is taken up again when it is. */
export class NotItsTurn extends Error {
  override readonly name = 'NotItsTurn'
}

type Ground = Pick<Pipeline, 'ledger' | 'signers' | 'entries'>

/**
 * The number above which a message may be numbered: that of the message before it in its order, if both go by one signer, so
 * that the chain itself keeps the order. Where they do not, the one before has to be done with. That none before it is
 * unknown here is certain when the log has been read up to where the message begins.
 *
 * @returns null when it is not its turn; -1 when any number will do
 */
export function numberAhead({ ledger, signers, entries }: Ground, { life }: Pick<Message, 'life'>): number | null {
  if (life.intent.orderKey === undefined) return -1
  const firstSeq = ledger.roster.firstSeq(life.messageId)
  if (firstSeq === undefined || entries.lastSeq() < firstSeq) return null
  const ahead = ledger.roster.ahead(life.messageId)
  if (ahead === null) return -1
  return ahead.nonce !== null && ahead.signer === senderOf({ signers }, life) ? ahead.nonce : null
}

/** The message in hand whose turn may have come because of what was done with this one. */
export function nextInTurn(
  { ledger, desk }: Pick<Pipeline, 'ledger' | 'desk'>,
  { life }: Message,
): Message | undefined {
  if (life.intent.orderKey === undefined) return undefined
  const behind = ledger.roster.behind(life)
  return behind === null || behind.nonce !== null ? undefined : desk.get(behind.messageId)
}
