import type { ChainEvent } from '../../protocol/chain-event.ts'

/**
 * What a listener is sent of an event. Both parts follow from the event and its place alone, so every attempt, by whichever
 * gateway, sends the same.
 */
export function webhookOf(event: ChainEvent, sequence: number): { id: string; body: string } {
  return {
    // No full stop: the signature has them between its parts.
    id: `evt_${event.blockHash.slice(2)}_${event.logIndex}`,
    body: JSON.stringify({
      type: `${event.contract}.${event.event}`,
      timestamp: new Date(event.blockTimeMs).toISOString(),
      data: { sequence, ...event },
    }),
  }
}
