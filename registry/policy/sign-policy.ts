import { signDocument } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { PolicySet } from '../../protocol/policy.ts'
import { addressOf } from '../../protocol/sign.ts'
import { type PolicySignature, policyDocument } from '../../protocol/signed-policy.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import type { Directory } from '../directory.ts'
import { domainOfAdmin } from '../domain-of-admin.ts'

/**
 * Signs a set for the domain whose admin this key is.
 * @throws EntenteError POLICY_SIGNER_WRONG, KEY_INVALID
 */
export function signPolicy(
  set: PolicySet,
  privateKey: Hex,
  directory: Pick<Directory, 'domains'>,
  domain: SigningDomain,
): PolicySignature {
  const signer = addressOf(privateKey)
  const own = domainOfAdmin(directory, signer)
  if (!own) throw new EntenteError('POLICY_SIGNER_WRONG', `${signer} is the admin of no admitted domain`)
  const signature = signDocument(domain, 'PolicySet', policyDocument(set), privateKey)
  return { domainId: own.domainId, signer, signature }
}
