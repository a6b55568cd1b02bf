import type { KV } from '@nats-io/kv'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import type { Address } from '../protocol/ids.ts'
import { subjects } from '../protocol/subjects.ts'
import { Lease, tendLeases } from '../stack/lease.ts'
import type { Log } from '../stack/log.ts'

const ANSWER_MS = 400

export type LeaseOptions = {
  nc: NatsConnection
  leases: KV
  /** Names this gateway among all. */
  writer: string
  signers: Iterable<Address>
  log: Log
  /** Called before a lease that was taken counts as held. */
  onTaken: (signer: Address) => Promise<void>
  /** Called when another gateway has taken it, or may. */
  onLost: (signer: Address) => void
  /** Whether another gateway is rather to have a lease that is free. */
  yields: (signer: Address) => boolean
}

/** Nothing is numbered for a signer by whoever is not sure of its lease. */
export class NoLease extends Error {
  override readonly name = 'NoLease'
}

/** Of all gateways that hold a key, one at a time gives out its numbers. */
export interface Leases {
  /** Whether this gateway may number a message of the signer now. */
  holds(signer: Address): boolean
  /** Numbers nothing more for the signer, and when what was begun is done, lets another have the lease. */
  giveUp(signer: Address, begun: () => Promise<void>): Promise<void>
  /** Gives back what is held, for another to take at once. */
  stop(): Promise<void>
}

/**
 * Leases on signers (`stack/lease.ts`). A holder that no longer listens on the bus is gone, and its lease is taken at once.
 * Two who number at the same moment nevertheless cannot have two effects: the chain takes a number once, and the log a
 * message's next entry.
 */
export async function openLeases({ nc, leases: kv, writer, log, ...options }: LeaseOptions): Promise<Leases> {
  const presence = nc.subscribe(subjects.chainGateway(writer), { callback: (_, message) => void message.respond() })
  const bySigner = new Map(
    [...options.signers].map(signer => {
      const onTaken = () => options.onTaken(signer)
      const onLost = () => options.onLost(signer)
      const isGone = (holder: string) => isGoneFrom(nc, holder)
      const yields = () => options.yields(signer)
      return [signer, new Lease({ kv, key: signer, holder: writer, log, isGone, yields, onTaken, onLost })] as const
    }),
  )
  const leaving = new Set<Address>()
  const tending = await tendLeases([...bySigner.values()])
  return {
    holds: signer => !leaving.has(signer) && (bySigner.get(signer)?.isHeld() ?? false),
    async giveUp(signer, begun) {
      leaving.add(signer)
      try {
        await begun()
        await bySigner.get(signer)?.giveBack()
        options.onLost(signer)
      } finally {
        leaving.delete(signer)
      }
    },
    async stop() {
      await tending.stop()
      presence.unsubscribe()
    },
  }
}

/** Nobody listens where it would: the server says so at once. */
async function isGoneFrom(nc: NatsConnection, writer: string): Promise<boolean> {
  try {
    await nc.request(subjects.chainGateway(writer), '', { timeout: ANSWER_MS })
    return false
  } catch (error) {
    return error instanceof errors.NoRespondersError || (error as Error).cause instanceof errors.NoRespondersError
  }
}
