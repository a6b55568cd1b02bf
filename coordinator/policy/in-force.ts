import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { PolicySet } from '../../protocol/policy.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { followInForce, putInForce } from '../../stack/in-force.ts'
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
  const followed = await followInForce(nc, log, key, hash => readPolicySet(nc, hash))
  return { ...followed, authorize: authorizeByCedar }
}

/** Stores a set, and puts it in force: for every task, from its next subtask on. */
export function putPolicyInForce(nc: NatsConnection, set: PolicySet): Promise<Hex> {
  return putInForce(nc, key, set)
}

/** @throws EntenteError ARTIFACT_MISSING, ARTIFACT_CORRUPT, POLICY_INVALID, BUS_UNREACHABLE */
export async function readPolicySet(nc: NatsConnection, hash: Hex): Promise<PolicySet> {
  const bytes = await getArtifact(nc, hash)
  const set = parseJson(PolicySet, bytes)
  if (!set) throw new EntenteError('POLICY_INVALID', `artifact ${hash} is no policy set`)
  return policyFrom(hash, Buffer.from(bytes).toString())
}
