import type { Priority } from '../protocol/task.ts'
import { createSlots, type Slots, type Urgency } from '../stack/slots.ts'

/** Enough to keep a coordinator busy while some wait for the bus; little enough that what is urgent waits for few. */
const atOnce = 16

/**
 * Where work of many tasks would pile up before any of it waits for agents: taking orders, handing their funding to the chain,
 * screening and planning. In each an emergency goes ahead of what came before it.
 */
export interface Ahead {
  readonly door: Slots
  readonly funding: Slots
  readonly planning: Slots
}

export function openAhead(): Ahead {
  return { door: createSlots(atOnce), funding: createSlots(atOnce), planning: createSlots(atOnce) }
}

export const urgencyOf = (priority: Priority): Urgency => (priority === 'emergency' ? 'urgent' : 'usual')
