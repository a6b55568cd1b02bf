import type { JsMsg } from '@nats-io/jetstream'
import type { Msg, MsgHdrs } from '@nats-io/nats-core'

/** Of a stream's message, what its readers are about. */
export type StreamMessage = Pick<Msg, 'subject' | 'data' | 'json' | 'string'> & {
  readonly headers?: MsgHdrs | undefined
  readonly seq: number
  readonly info: Pick<JsMsg['info'], 'deliverySequence' | 'pending' | 'timestampNanos'>
}

/**
 * A message that a consumer delivered, as the client gives it to who did not ask through it. Where it stands is in its reply
 * subject: nine words, and two more after the second since servers say a domain (ADR-15 of NATS).
 */
export function deliveredAs(message: Msg): StreamMessage {
  const words = message.reply!.split('.')
  const [, seq, deliverySequence, timestampNanos, pending] = words.slice(words.length === 9 ? 4 : 6).map(Number)
  const info = { deliverySequence: deliverySequence!, timestampNanos: timestampNanos!, pending: pending! }
  return Object.assign(message, { seq: seq!, info })
}
