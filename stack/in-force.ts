import { type KV, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { canonicalJson } from '../protocol/canonical.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { Bytes32 } from '../protocol/ids.ts'
import { buckets } from '../protocol/subjects.ts'
import { putArtifact } from './artifacts.ts'
import type { Log } from './log.ts'

/** A document with versions, of which one is in force. */
interface Versioned {
  readonly id: string
  readonly version: string
}

export interface InForce<T> {
  /** Null where none was ever put in force. */
  current(): T | null
  stop(): void
}

/**
 * Follows which document is in force under a key: by its hash. One that cannot be read or is faulty takes
 * nothing away from the one before.
 */
export async function followInForce<T extends Versioned>(
  nc: NatsConnection,
  log: Log,
  key: string,
  read: (hash: Hex) => Promise<T>,
): Promise<InForce<T>> {
  const kv = await new Kvm(nc).open(buckets.policies)
  let document = await currentIn(kv, key, read)
  const updates = await kv.watch({ key })
  const following = (async () => {
    for await (const entry of updates) {
      if (entry.operation !== 'PUT') continue
      try {
        document = await read(hashIn(entry.string()))
        log.info({ policy: `${document.id}@${document.version}` }, 'this policy set is in force')
      } catch (error) {
        log.error({ err: error }, 'a policy set was put in force that cannot be used')
      }
    }
  })()
  following.catch((error: unknown) => log.error({ err: error }, 'nobody follows which policy set is in force'))
  return { current: () => document, stop: () => updates.stop() }
}

/** Stores a document, and puts it in force under the key. */
export async function putInForce(nc: NatsConnection, key: string, document: Versioned): Promise<Hex> {
  const hash = await putArtifact(nc, Buffer.from(canonicalJson(document)))
  await (await new Kvm(nc).open(buckets.policies)).put(key, hash)
  return hash
}

async function currentIn<T>(kv: KV, key: string, read: (hash: Hex) => Promise<T>): Promise<T | null> {
  const entry = await kv.get(key)
  return entry?.operation === 'PUT' ? read(hashIn(entry.string())) : null
}

/** @throws EntenteError POLICY_INVALID */
export function hashIn(text: string): Hex {
  const hash = Bytes32.safeParse(text).data
  if (hash) return hash
  throw new EntenteError('POLICY_INVALID', `${text.slice(0, 80)} is no hash of a policy set`)
}
