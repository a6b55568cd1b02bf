import { z } from 'zod'
import type { ChainEvent } from './chain-event.ts'
import { subjects } from './subjects.ts'

/** `Contract.Event`, or `Contract.*`. */
export const EventName = z
  .string()
  .regex(/^[A-Za-z]\w{0,63}\.(\*|[A-Za-z]\w{0,63})$/, 'Contract.Event, or Contract.* for all of its events')

/** Which chain events somebody wants; none named is all. */
export const EventFilter = z.array(EventName).max(100)
export type EventFilter = z.infer<typeof EventFilter>

export function wants(filter: EventFilter, { contract, event }: ChainEvent): boolean {
  return filter.length === 0 || filter.includes(`${contract}.${event}`) || filter.includes(`${contract}.*`)
}

/** The narrowest subject that has all of them: servers before 2.10 filter by one only. */
export function subjectOfFilter(filter: EventFilter): string {
  const names = filter.map(name => name.split('.') as [contract: string, event: string])
  const contracts = [...new Set(names.map(([contract]) => contract))]
  if (contracts.length !== 1) return subjects.chainEvent('*', '*')
  const kinds = [...new Set(names.map(([, event]) => event))]
  return subjects.chainEvent(contracts[0]!, kinds.length === 1 ? kinds[0]! : '*')
}
