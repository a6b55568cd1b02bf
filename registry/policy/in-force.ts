import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Authorize } from '../../protocol/authorize.ts'
import { canonicalJson } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type PolicySet, policyHash } from '../../protocol/policy.ts'
import { SignedPolicySet } from '../../protocol/signed-policy.ts'
import { buckets } from '../../protocol/subjects.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import { followInForce } from '../../stack/in-force.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { FollowedDirectory } from '../follow-directory.ts'
import { authorizeByCedar } from './cedar.ts'
import { requireFaultless } from './check-policy.ts'
import { checkPolicySignatures } from './check-signatures.ts'

/** Under this key stands the hash of the policy set in force; under its hash each set with its signatures. */
export const currentPolicyKey = 'current'

/** The policy set in force, as this coordinator knows it. */
export interface PolicyInForce {
  /** Null where none was ever put in force: then the base rules stand alone. */
  current(): PolicySet | null
  readonly authorize: Authorize
}

export interface FollowPolicyOptions {
  readonly nc: NatsConnection
  readonly log: Log
  /** Says whose signatures a set needs. */
  readonly directory: FollowedDirectory
  readonly domain: SigningDomain
}

/**
 * Follows which set is in force; one that cannot be read, is faulty or not signed as it must be takes nothing away from the
 * one before.
 * @throws EntenteError POLICY_INVALID, POLICY_UNSIGNED, POLICY_SIGNER_WRONG for the set that is in force at first: without
 *   it data would go where it forbids
 */
export async function followPolicy(options: FollowPolicyOptions): Promise<PolicyInForce & { stop(): void }> {
  const { nc, log, directory, domain } = options
  const followed = await followInForce(nc, log, currentPolicyKey, async hash => {
    const signed = await readPolicySet(nc, hash)
    checkPolicySignatures(signed, directory.current(), domain)
    return signed.set
  })
  return { ...followed, authorize: authorizeByCedar }
}

/** Stores a set, and puts it in force: for every task, from its next subtask on. Whoever follows checks the signatures. */
export async function putPolicyInForce(nc: NatsConnection, signed: SignedPolicySet): Promise<Hex> {
  const hash = policyHash(signed.set)
  const kv = await new Kvm(nc).open(buckets.policies)
  await kv.put(hash, canonicalJson(signed))
  await kv.put(currentPolicyKey, hash)
  return hash
}

/** @throws EntenteError POLICY_INVALID, BUS_UNREACHABLE */
export async function readPolicySet(nc: NatsConnection, hash: Hex): Promise<SignedPolicySet> {
  const entry = await (await new Kvm(nc).open(buckets.policies)).get(hash)
  return signedPolicyFrom(hash, entry?.value ?? new Uint8Array())
}

/** @throws EntenteError POLICY_INVALID when these bytes are no faultless set of this hash */
export function signedPolicyFrom(hash: Hex, bytes: Uint8Array): SignedPolicySet {
  const signed = parseJson(SignedPolicySet, bytes)
  if (!signed) throw new EntenteError('POLICY_INVALID', `there is no policy set under ${hash}`)
  const { set } = signed
  requireFaultless(set)
  if (policyHash(set) === hash) return signed
  throw new EntenteError('POLICY_INVALID', `the policy set under ${hash} has hash ${policyHash(set)}`)
}
