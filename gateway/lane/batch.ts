import { nuid } from '@nats-io/nats-core'
import { z } from 'zod'
import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type Address, Bytes32 } from '../../protocol/ids.ts'
import { isClosed, type Life } from '../life.ts'
import type { Message } from '../message.ts'
import { ownTenant } from '../own.ts'
import type { Pipeline } from '../pipeline.ts'

/**
 * A batch is a message of the gateway's own: it has number, bytes, attempts and a place in the log as any other, and is
 * recovered like any other. What it carries is in its intent: ids of messages, and the gas that each was seen to use.
 */
const operation = 'batch'

/** As the intent lists it. */
interface Passenger {
  readonly messageId: Hex
  readonly gasUsed: bigint
}

const Passengers = z.array(z.tuple([Bytes32, z.string().regex(/^\d{1,18}$/)]))

export function isBatch({ intent }: Pick<Life, 'intent'>): boolean {
  return intent.tenant === ownTenant && intent.operation === operation
}

export function batchIntent(signer: Address, passengers: readonly Passenger[]): ChainIntent {
  return {
    ...{
      tenant: ownTenant,
      operation,
      businessId: nuid.next(),
      from: signer,
      contract: 'BatchExecutor',
      call: 'execute',
    },
    args: passengers.map(({ messageId, gasUsed }) => [messageId, gasUsed.toString()]),
    value: '0',
    prove: false,
  }
}

export function passengersOf({ intent }: Pick<Life, 'intent'>): readonly Passenger[] {
  const known = passengers.get(intent)
  if (known !== undefined) return known
  const read = Passengers.parse(intent.args).map(([messageId, gasUsed]) => ({ messageId, gasUsed: BigInt(gasUsed) }))
  passengers.set(intent, read)
  return read
}

/** Asked for at each step of a batch, of which there may be a thousand on board. */
const passengers = new WeakMap<ChainIntent, readonly Passenger[]>()

/** The name of a message's call in its batch, and in the events that say what became of it. */
export function callId(messageId: Hex): Hex {
  return `0x${messageId.slice(2, 18)}`
}

/** The messages that go with a batch and have no outcome yet, as they are in hand. */
export function onBoard({ desk }: Pick<Pipeline, 'desk'>, batch: Message): Message[] {
  return passengersOf(batch.life).flatMap(({ messageId }) => {
    const message = desk.get(messageId)
    return message && message.life.batch === batch.messageId && !isClosed(message.life.state) ? [message] : []
  })
}
