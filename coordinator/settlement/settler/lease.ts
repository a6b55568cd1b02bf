import { setTimeout as sleep } from 'node:timers/promises'
import { type KV, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { buckets } from '../../../protocol/subjects.ts'
import type { Log } from '../../../stack/log.ts'

const renewMs = 1_000
/** A lease that was not renewed for so long, by one's own monotonic clock, may be taken. */
const expiredMs = 3_000
/** Whoever could not renew for so long no longer counts on it: sooner than anybody else may take it. */
const sureMs = 2_000

/** Of all settlers with one account, one at a time posts. */
export interface Lease {
  isHeld(): boolean
  /** Gives it back, for another to take at once. */
  stop(): Promise<void>
}

/**
 * A lease in a bucket, renewed each second under the revision that was last seen. Two who post at the same moment
 * nevertheless, because one of them stood still just then, cannot both succeed: a batch names the one that it continues, and
 * the contract takes one for each.
 */
export async function openLease(nc: NatsConnection, key: string, holder: string, log: Log): Promise<Lease> {
  const kv = await new Kvm(nc).open(buckets.leases)
  const stopping = new AbortController()
  let revision = 0
  let seenMs = 0
  let renewedMs: number | null = null

  async function tend(): Promise<void> {
    const startedMs = performance.now()
    if (renewedMs === null && !(await mayBeTaken(kv, startedMs))) return
    revision = await write(kv)
    renewedMs = startedMs
  }

  async function mayBeTaken(bucket: KV, nowMs: number): Promise<boolean> {
    const entry = await bucket.get(key)
    if (entry?.operation !== 'PUT') {
      revision = entry?.revision ?? 0
      return true
    }
    if (entry.revision !== revision) [revision, seenMs] = [entry.revision, nowMs]
    return nowMs - seenMs > expiredMs
  }

  const write = (bucket: KV) => (revision === 0 ? bucket.create(key, holder) : bucket.update(key, holder, revision))

  async function tendOnce(): Promise<void> {
    await tend().catch((error: unknown) => {
      // Another was first, or the bus is away: the next round sees.
      renewedMs = null
      log.debug({ err: error, lease: key }, 'no lease yet')
    })
  }

  await tendOnce()
  const tending = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(renewMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (!stopping.signal.aborted) await tendOnce()
    }
  })()
  return {
    isHeld: () => renewedMs !== null && performance.now() - renewedMs < sureMs,
    async stop() {
      stopping.abort()
      await tending
      if (renewedMs !== null && !nc.isClosed()) await kv.delete(key, { previousSeq: revision }).catch(() => {})
    },
  }
}
