import { signerOf } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { policyDocument, type SignedPolicySet } from '../../protocol/signed-policy.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import type { Directory } from '../directory.ts'

/**
 * A policy set is the consortium's when the admins of more than half of its admitted domains have signed it: no one of them
 * can change the rules for the others, and none can keep them from changing.
 * @throws EntenteError POLICY_UNSIGNED when they are too few, POLICY_SIGNER_WRONG for a signature that is no admin's
 */
export function checkPolicySignatures(
  { set, signatures }: SignedPolicySet,
  { domains }: Pick<Directory, 'domains'>,
  domain: SigningDomain,
): void {
  const name = `${set.id}@${set.version}`
  const document = policyDocument(set)
  const admitted = [...domains.values()].filter(({ status }) => status === 'admitted')
  const signed = new Set<string>()
  for (const { domainId, signer, signature } of signatures) {
    const admin = admitted.find(each => each.domainId === domainId)?.admin
    if (signerOf(domain, 'PolicySet', document, signature) !== signer || signer !== admin) {
      const why = admin ? `whose admin is ${admin}` : 'which is not admitted'
      throw new EntenteError('POLICY_SIGNER_WRONG', `${name} is signed by ${signer} for ${domainId}, ${why}`)
    }
    signed.add(domainId)
  }
  const needed = Math.floor(admitted.length / 2) + 1
  if (signed.size >= needed) return
  throw new EntenteError(
    'POLICY_UNSIGNED',
    `${name} is signed by ${signed.size} of the ${needed} domains that it takes`,
  )
}
