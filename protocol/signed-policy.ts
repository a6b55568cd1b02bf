import { z } from 'zod'
import { Address, DomainId, Signature } from './ids.ts'
import { PolicySet, referenceTo } from './policy.ts'

/** The admin of a domain, over a policy set (EIP-712 `PolicySet`). */
export const PolicySignature = z.strictObject({ domainId: DomainId, signer: Address, signature: Signature })
export type PolicySignature = z.infer<typeof PolicySignature>

/** A policy set as it is put in force. */
export const SignedPolicySet = z.strictObject({ set: PolicySet, signatures: z.array(PolicySignature) })
export type SignedPolicySet = z.infer<typeof SignedPolicySet>

/** What is signed: the hash is over all of the set. */
export function policyDocument(set: PolicySet): { id: string; version: string; policyHash: string } {
  const { id, version, hash } = referenceTo(set)
  return { id, version, policyHash: hash }
}
