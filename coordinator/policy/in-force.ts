import { type KV, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { canonicalJson } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { PolicySet } from '../../protocol/policy.ts'
import { buckets } from '../../protocol/subjects.ts'
import { getArtifact, putArtifact } from '../../stack/artifacts.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { Authorize } from '../flow/policy/judge.ts'
import { authorizeByCedar } from './cedar.ts'
import { policyFrom } from './policy-file.ts'

/** Under this key stands the hash of the policy set in force. */
const key = 'current'

/** The policy set in force, as this coordinator knows it. */
export interface PolicyInForce {
  /** Null where none was ever put in force: then the base rules stand alone. */
  current(): PolicySet | null
  readonly authorize: Authorize
}

/** Follows which set is in force; one that cannot be read or is faulty takes nothing away from the one before. */
export async function followPolicy(nc: NatsConnection, log: Log): Promise<PolicyInForce & { stop(): void }> {
  const kv = await new Kvm(nc).open(buckets.policies)
  let set = await currentIn(nc, kv)
  const updates = await kv.watch({ key })
  const following = (async () => {
    for await (const entry of updates) {
      if (entry.operation !== 'PUT') continue
      try {
        set = await readPolicySet(nc, hashIn(entry.string()))
        log.info({ policy: `${set.id}@${set.version}` }, 'this policy set is in force')
      } catch (error) {
        log.error({ err: error }, 'a policy set was put in force that cannot be used')
      }
    }
  })()
  following.catch((error: unknown) => log.error({ err: error }, 'nobody follows which policy set is in force'))
  return { current: () => set, authorize: authorizeByCedar, stop: () => updates.stop() }
}

/** Stores a set, and puts it in force: for every task, from its next subtask on. */
export async function putPolicyInForce(nc: NatsConnection, set: PolicySet): Promise<Hex> {
  const hash = await putArtifact(nc, Buffer.from(canonicalJson(set)))
  await (await new Kvm(nc).open(buckets.policies)).put(key, hash)
  return hash
}

/** @throws EntenteError ARTIFACT_MISSING, ARTIFACT_CORRUPT, POLICY_INVALID, BUS_UNREACHABLE */
export async function readPolicySet(nc: NatsConnection, hash: Hex): Promise<PolicySet> {
  const bytes = await getArtifact(nc, hash)
  const set = parseJson(PolicySet, bytes)
  if (!set) throw new EntenteError('POLICY_INVALID', `artifact ${hash} is no policy set`)
  return policyFrom(hash, Buffer.from(bytes).toString())
}

async function currentIn(nc: NatsConnection, kv: KV): Promise<PolicySet | null> {
  const entry = await kv.get(key)
  return entry?.operation === 'PUT' ? readPolicySet(nc, hashIn(entry.string())) : null
}

function hashIn(text: string): Hex {
  const hash = Bytes32.safeParse(text).data
  if (hash) return hash
  throw new EntenteError('POLICY_INVALID', `${text.slice(0, 80)} is no hash of a policy set`)
}
