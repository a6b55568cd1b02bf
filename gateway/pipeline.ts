import type { Log } from '../stack/log.ts'
import type { Contracts } from './contracts.ts'
import type { Desk } from './desk.ts'
import type { Head } from './follow.ts'
import type { Journal, Step } from './journal.ts'
import type { KeyRing } from './keys/ring.ts'
import type { Message } from './message.ts'
import type { Nonces } from './nonces.ts'
import type { Rpc } from './rpc.ts'
import type { Slots } from './slots.ts'

/** What the stages of the gateway work with. */
export interface Pipeline {
  readonly rpc: Rpc
  readonly journal: Journal
  readonly desk: Desk
  readonly contracts: Contracts
  readonly signers: KeyRing
  readonly nonces: Nonces
  readonly head: Head
  /** Bounds how many estimates and sends are with the node at once. */
  readonly slots: Slots
  readonly log: Log
  readonly signal: AbortSignal
}

/** Stores a message's next steps, and lets whoever waits for them know. */
export async function store(pipeline: Pipeline, message: Message, ...steps: readonly Step[]): Promise<void> {
  await pipeline.journal.append(message, ...steps)
  pipeline.desk.note(message)
}

/** Takes in what was seen of a message; it is stored with its next step, or by `look-after.ts` when none comes soon. */
export function note(pipeline: Pipeline, message: Message, step: Step): void {
  pipeline.journal.note(message, step)
  pipeline.desk.note(message)
}
