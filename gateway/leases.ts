import { JetStreamApiError } from '@nats-io/jetstream'
import type { KV } from '@nats-io/kv'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import type { Address } from '../protocol/ids.ts'
import { subjects } from '../protocol/subjects.ts'
import type { Log } from '../stack/log.ts'

const RENEW_MS = 1_000
/** A lease that was not renewed for so long, by one's own monotonic clock, may be taken. */
const EXPIRED_MS = 3_000
/** Whoever could not renew for so long no longer counts on it: sooner than anybody else may take it. */
const SURE_MS = 2_000
const ANSWER_MS = 400
const WRONG_LAST_SEQUENCE = 10071

export type LeaseOptions = {
  nc: NatsConnection
  leases: KV
  /** Names this gateway among all. */
  writer: string
  signers: Iterable<Address>
  log: Log
  /** Called before a lease that was taken counts as held. */
  onTaken: (signer: Address) => Promise<void>
  /** Called when another gateway has taken it. */
  onLost: (signer: Address) => void
}

/** Nothing is numbered for a signer by whoever is not sure of its lease. */
export class NoLease extends Error {
  override readonly name = 'NoLease'
}

/** Of all gateways that hold a key, one at a time gives out its numbers. */
export interface Leases {
  /** Whether this gateway may number a message of the signer now. */
  holds(signer: Address): boolean
  /** Gives back what is held, for another to take at once. */
  stop(): Promise<void>
}

interface Lease {
  /** Of the entry in the bucket, as it was last seen. */
  revision: number
  /** When that revision was first seen. */
  seenMs: number
  /** When it was last renewed; null for another's. */
  renewedMs: number | null
}

/**
 * Leases on signers, in a bucket: renewed each second under the revision that was last seen, so that of two who try one
 * succeeds. A holder that no longer listens on the bus is gone, and its lease is taken at once; one that is silent in
 * another way loses it after three seconds. Two who number at the same moment nevertheless, because one of them stood still
 * just then, cannot have two effects: the chain takes a number once, and the log a message's next entry.
 */
export async function openLeases(options: LeaseOptions): Promise<Leases> {
  const { nc, leases, writer, log, onTaken, onLost } = options
  const signers = [...options.signers]
  const known = new Map<Address, Lease>()
  const presence = nc.subscribe(subjects.chainGateway(writer), { callback: (_, message) => void message.respond() })

  async function renew(signer: Address, lease: Lease): Promise<void> {
    const startedMs = performance.now()
    try {
      lease.revision = await leases.update(signer, writer, lease.revision)
      lease.renewedMs = startedMs
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== WRONG_LAST_SEQUENCE) throw error
      // The answer to the last renewal may have been lost.
      const entry = await leases.get(signer)
      if (entry?.operation === 'PUT' && entry.string() === writer) lease.revision = entry.revision
      else forget(signer)
    }
  }

  function forget(signer: Address): void {
    known.delete(signer)
    log.warn({ signer }, 'another gateway numbers for this signer now')
    onLost(signer)
  }

  /** Takes the lease where nobody has it, or whoever had it is gone. */
  async function tryToTake(signer: Address): Promise<void> {
    const entry = await leases.get(signer)
    const startedMs = performance.now()
    if (entry?.operation !== 'PUT') return taken(signer, await leases.create(signer, writer), startedMs)
    const lease = known.get(signer)
    if (lease?.revision !== entry.revision) {
      known.set(signer, { revision: entry.revision, seenMs: startedMs, renewedMs: null })
    }
    const expired = startedMs - known.get(signer)!.seenMs > EXPIRED_MS
    if (!expired && !(await isGone(nc, entry.string()))) return
    return taken(signer, await leases.update(signer, writer, entry.revision), startedMs)
  }

  async function taken(signer: Address, revision: number, startedMs: number): Promise<void> {
    await onTaken(signer)
    known.set(signer, { revision, seenMs: startedMs, renewedMs: startedMs })
  }

  async function tend(signer: Address): Promise<void> {
    const lease = known.get(signer)
    try {
      if (lease?.renewedMs != null) await renew(signer, lease)
      else await tryToTake(signer)
    } catch (error) {
      // Another was first, or the bus is away: the next round sees.
      log.debug({ signer, error: String(error) }, 'no lease yet')
    }
  }

  let tending = Promise.resolve()
  const tendAll = () => {
    tending = tending.then(() => Promise.all(signers.map(tend))).then(() => {})
    return tending
  }
  await tendAll()
  const timer = setInterval(() => void tendAll(), RENEW_MS)

  return {
    holds(signer) {
      const renewedMs = known.get(signer)?.renewedMs
      return renewedMs != null && performance.now() - renewedMs < SURE_MS
    },
    async stop() {
      clearInterval(timer)
      await tending
      presence.unsubscribe()
      const held = [...known].filter(([, { renewedMs }]) => renewedMs !== null)
      if (nc.isClosed()) return
      await Promise.allSettled(held.map(([signer, { revision }]) => leases.delete(signer, { previousSeq: revision })))
    },
  }
}

/** Nobody listens where it would: the server says so at once. */
async function isGone(nc: NatsConnection, writer: string): Promise<boolean> {
  try {
    await nc.request(subjects.chainGateway(writer), '', { timeout: ANSWER_MS })
    return false
  } catch (error) {
    return error instanceof errors.NoRespondersError || (error as Error).cause instanceof errors.NoRespondersError
  }
}
