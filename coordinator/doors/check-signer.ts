import { type DocumentName, signerOf } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/ids.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import type { Task } from '../flow/state.ts'

/** @throws EntenteError SIGNATURE_INVALID */
export function checkSignature(
  domain: SigningDomain,
  name: DocumentName,
  command: { readonly signer: Address; readonly signature: string },
): void {
  if (signerOf(domain, name, command, command.signature) === command.signer) return
  throw new EntenteError('SIGNATURE_INVALID', `the signature of this ${name} is not its signer's`)
}

/**
 * The requester of a task and its approvers may stop it, for a while or for good.
 * @throws EntenteError UNAUTHORIZED
 */
export function checkMayStop({ submitted }: Task, signer: Address): void {
  const allowed = [submitted?.requester.address, ...(submitted?.spec.policy.approvers ?? [])]
  if (!submitted || allowed.includes(signer)) return
  throw new EntenteError('UNAUTHORIZED', `${signer} is neither the requester nor an approver of this task`)
}
