import { z } from 'zod'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import { AddListener } from '../../protocol/chain-listener.ts'
import { subjects } from '../../protocol/subjects.ts'

/** A listener as the bucket has it, under its id. */
export const Listener = AddListener.omit({ from: true }).extend({
  id: z.string(),
  /** Signs what is sent. Secret. */
  secret: z.string(),
  /** Place in the stream of the first event that it gets. */
  firstSequence: z.int(),
  createdAtMs: z.int(),
})
export type Listener = z.infer<typeof Listener>

export function wants({ events }: Listener, { contract, event }: ChainEvent): boolean {
  return events.length === 0 || events.includes(`${contract}.${event}`) || events.includes(`${contract}.*`)
}

/** The narrowest subject that has all it wants: servers before 2.10 filter by one only. */
export function subjectOf({ events }: Listener): string {
  const names = events.map(name => name.split('.') as [contract: string, event: string])
  const contracts = [...new Set(names.map(([contract]) => contract))]
  if (contracts.length !== 1) return subjects.chainEvent('*', '*')
  const kinds = [...new Set(names.map(([, event]) => event))]
  return subjects.chainEvent(contracts[0]!, kinds.length === 1 ? kinds[0]! : '*')
}
