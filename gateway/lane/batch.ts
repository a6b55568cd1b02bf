import { nuid } from '@nats-io/nats-core'
import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Life } from '../life.ts'
import type { Message } from '../message.ts'
import { ownTenant } from '../own.ts'
import type { Pipeline } from '../pipeline.ts'

/**
 * A batch is a message of the gateway's own: it has number, bytes, attempts and a place in the log as any other, and is
 * recovered like any other. Messages board it while it is ADMITTED; what its transaction carries is stored with its number.
 */
const operation = 'batch'

export function isBatch({ intent }: Pick<Life, 'intent'>): boolean {
  return intent.tenant === ownTenant && intent.operation === operation
}

export function batchIntent(signer: Address): ChainIntent {
  const call = { contract: 'BatchExecutor', call: 'execute', args: [], value: '0', prove: false }
  return { tenant: ownTenant, operation, businessId: nuid.next(), from: signer, ...call }
}

/** The name of a message's call in its batch, and in the events that say what became of it. */
export function callId(messageId: Hex): Hex {
  return `0x${messageId.slice(2, 18)}`
}

/** The messages that go with a batch and have no outcome yet, as they are in hand: what is urgent first, and else as they came. */
export function onBoard({ desk }: Pick<Pipeline, 'desk'>, batch: Message): Message[] {
  return desk.aboard(batch.messageId).sort((a, b) => urgencyOf(b) - urgencyOf(a) || a.order - b.order)
}

/** Of those the ones that a batch has its transaction for, or may have. */
export function carriedBy(pipeline: Pick<Pipeline, 'desk'>, batch: Message): Message[] {
  const { carries } = batch.life
  if (carries === null) return onBoard(pipeline, batch)
  const carried = new Set(carries)
  return onBoard(pipeline, batch).filter(({ messageId }) => carried.has(messageId))
}

function urgencyOf({ life }: Message): number {
  return life.intent.urgent ? 1 : 0
}
