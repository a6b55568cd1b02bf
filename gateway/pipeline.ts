import type { KV } from '@nats-io/kv'
import type { ChainProfile } from '../stack/chain-profile.ts'
import type { Log } from '../stack/log.ts'
import type { Slots } from '../stack/slots.ts'
import type { CallNeeds } from './call-needs.ts'
import type { Contracts } from './contracts.ts'
import type { Desk } from './desk.ts'
import type { Head } from './follow.ts'
import type { LedgerFollower } from './follow-ledger.ts'
import type { Funds } from './funds.ts'
import type { Journal, Step } from './journal.ts'
import type { KeyRing } from './keys/ring.ts'
import type { Lane } from './lane/lane.ts'
import type { Leases } from './leases.ts'
import type { Ledger } from './ledger.ts'
import type { Meter } from './limits/meter.ts'
import type { Message } from './message.ts'
import type { Nonces } from './nonces.ts'
import type { Pools } from './pools/pools.ts'
import type { Restoring } from './restore.ts'
import type { Rpc } from './rpc.ts'

/** After which a message counts as a difference between chain and business. */
export interface Patience {
  /** Without an outcome, in the state in which it is. */
  readonly unsettledMs: number
  /** With an outcome on which nobody has acted. */
  readonly unheardMs: number
}

/** What the stages of the gateway work with. */
export interface Pipeline {
  readonly rpc: Rpc
  /** What the chain is like. */
  readonly profile: ChainProfile
  readonly journal: Journal
  readonly ledger: Ledger
  readonly leases: Leases
  readonly pools: Pools
  /** How far the log was read. */
  readonly entries: Pick<LedgerFollower, 'lastSeq' | 'upTo'>
  readonly desk: Desk
  readonly meter: Meter
  readonly contracts: Contracts
  readonly signers: KeyRing
  readonly nonces: Nonces
  /** What the chain has lost. */
  readonly restoring: Restoring
  readonly funds: Funds
  readonly head: Head
  /** What calls were found to need. */
  readonly needs: CallNeeds
  /** Bounds how many estimates and sends are with the node at once. */
  readonly slots: Slots
  /** Where messages wait that go to the chain together. */
  readonly lane: Lane
  /** Transactions under keys of ours that no message has. */
  readonly strays: KV
  readonly patience: Patience
  /** Bytes that a message of the bus may have. */
  readonly room: number
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
