import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { type ObjectStore, Objm, setSha256Backend } from '@nats-io/obj'
import { LRUCache } from 'lru-cache'
import { EntenteError } from '../protocol/errors.ts'
import { type Hex, sha256 } from '../protocol/hash.ts'
import { buckets } from '../protocol/subjects.ts'

// The store checks a digest of its own, which in JavaScript takes longer than all else that storing a bundle does.
setSha256Backend('native')

/** Far more than the largest artifact takes. */
const READ_TIMEOUT_MS = 30_000
/** How the store, which checks a digest of its own, says that chunks were changed; it has no code for it. */
const corrupt = /corrupt object|digest/

/** What was read lately, of what is small and asked for again and again: templates, above all. An address says all of it. */
const recent = new LRUCache<Hex, Uint8Array>({
  maxSize: 16 * 1_048_576,
  maxEntrySize: 65_536,
  sizeCalculation: bytes => bytes.length + 1,
})

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
 * @throws EntenteError ARTIFACT_MISSING, ARTIFACT_CORRUPT when the stored bytes have another hash, or BUS_UNREACHABLE when
 *   it cannot be known which
 */
export async function getArtifact(nc: NatsConnection, address: Hex): Promise<Uint8Array> {
  const known = recent.get(address)
  if (known) return known
  const bytes = await readBlob(nc, address).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    const code = corrupt.test(why) ? 'ARTIFACT_CORRUPT' : 'BUS_UNREACHABLE'
    throw new EntenteError(code, `artifact ${address} cannot be read back: ${why}`, { cause })
  })
  if (bytes === null) throw new EntenteError('ARTIFACT_MISSING', `there is no artifact ${address}`)
  const actual = sha256(bytes)
  if (actual !== address) throw new EntenteError('ARTIFACT_CORRUPT', `artifact ${address} has hash ${actual}`)
  recent.set(address, bytes)
  return bytes
}

/** Bounded, because the store waits for ever for a piece that went with a connection. */
async function readBlob(nc: NatsConnection, address: Hex): Promise<Uint8Array | null> {
  const ended = new AbortController()
  const tooLong = sleep(READ_TIMEOUT_MS, undefined, { signal: ended.signal, ref: false }).then(() => {
    throw new Error(`no answer in ${READ_TIMEOUT_MS / 1000} s`)
  })
  // When the read is over first, the wait is aborted, and nobody asks for it any more.
  tooLong.catch(() => {})
  try {
    return await Promise.race([openStore(nc).then(store => store.getBlob(address)), tooLong])
  } finally {
    ended.abort()
  }
}

/** One for each connection: opening asks the server what the account may do. */
const stores = new WeakMap<NatsConnection, Promise<ObjectStore>>()

function openStore(nc: NatsConnection): Promise<ObjectStore> {
  const opened = stores.get(nc) ?? new Objm(nc).open(buckets.artifacts, { check: false })
  stores.set(nc, opened)
  opened.catch(() => stores.delete(nc))
  return opened
}
