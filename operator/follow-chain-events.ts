import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEvent } from '../protocol/chain-event.ts'
import { type EventFilter, subjectOfFilter, wants } from '../protocol/event-filter.ts'
import { streams } from '../protocol/subjects.ts'
import { parseJson } from '../stack/parse-json.ts'
import { readStream } from '../stack/read-stream.ts'

export type SequencedEvent = ChainEvent & {
  /** Place in the stream of chain events. */
  readonly sequence: number
}

/** The chain's events after a place in their stream, in order: those that there are, then each as it comes. */
export async function* followChainEvents(
  nc: NatsConnection,
  { after, filter }: { after: number; filter: EventFilter },
  signal: AbortSignal,
): AsyncGenerator<SequencedEvent> {
  let last = after
  while (!signal.aborted) {
    const place = { stream: streams.chainEvents, subject: subjectOfFilter(filter), after: last, signal }
    for await (const batch of readStream(nc, place)) {
      for (const message of batch) {
        last = message.seq
        const event = parseJson(ChainEvent, message.data)
        if (event !== null && wants(filter, event)) yield { sequence: last, ...event }
      }
    }
  }
}
