import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { canonicalJson } from '../protocol/canonical.ts'
import { SealingKey } from '../protocol/key-release.ts'
import { buckets } from '../protocol/subjects.ts'
import { parseJson } from '../stack/parse-json.ts'

/** Keeps the key to which an agent wants others' keys wrapped. Whoever wraps checks whose signature it has. */
export async function keepSealingKey(nc: NatsConnection, agentId: string, key: SealingKey): Promise<void> {
  const kv = await new Kvm(nc).open(buckets.sealing)
  await kv.put(agentId, canonicalJson(key))
}

/** Null for an agent that never showed one. */
export async function readSealingKey(nc: NatsConnection, agentId: string): Promise<SealingKey | null> {
  const entry = await (await new Kvm(nc).open(buckets.sealing)).get(agentId)
  return entry?.operation === 'PUT' ? parseJson(SealingKey, entry.value) : null
}
