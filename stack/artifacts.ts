import type { NatsConnection } from '@nats-io/nats-core'
import { type ObjectStore, Objm } from '@nats-io/obj'
import { EntenteError } from '../protocol/errors.ts'
import { type Hex, sha256 } from '../protocol/hash.ts'
import { buckets } from '../protocol/subjects.ts'

/**
 * Stores an output or a large input under its hash; storing the same bytes again changes nothing.
 *
 * @returns the artifact's address: SHA-256 of the bytes
 */
export async function putArtifact(nc: NatsConnection, bytes: Uint8Array): Promise<Hex> {
  const address = sha256(bytes)
  const store = await openStore(nc)
  const stored = await store.info(address)
  if (stored === null || stored.deleted) await store.putBlob({ name: address }, bytes)
  return address
}

/**
 * Reads an artifact and checks it against its address.
 *
 * @throws EntenteError ARTIFACT_MISSING, or ARTIFACT_CORRUPT when the stored bytes have another hash
 */
export async function getArtifact(nc: NatsConnection, address: Hex): Promise<Uint8Array> {
  const store = await openStore(nc)
  const bytes = await store.getBlob(address).catch((cause: unknown) => {
    // The store checks a digest of its own; chunks that are gone or changed fail there first.
    throw new EntenteError('ARTIFACT_CORRUPT', `artifact ${address} cannot be read back`, { cause })
  })
  if (bytes === null) throw new EntenteError('ARTIFACT_MISSING', `there is no artifact ${address}`)
  const actual = sha256(bytes)
  if (actual !== address) throw new EntenteError('ARTIFACT_CORRUPT', `artifact ${address} has hash ${actual}`)
  return bytes
}

function openStore(nc: NatsConnection): Promise<ObjectStore> {
  return new Objm(nc).open(buckets.artifacts, { check: false })
}
