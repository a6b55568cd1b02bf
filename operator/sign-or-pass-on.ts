import type { z } from 'zod'
import type { DocumentName } from '../protocol/documents.ts'
import { EntenteError } from '../protocol/errors.ts'
import { Address, Millis, Signature } from '../protocol/ids.ts'
import type { ApiKey } from './api-keys.ts'
import type { Signer } from './signer.ts'

/** A caller's own signature over a command: whole, or left to the operator. */
export const ownSignature = {
  atMs: Millis.optional(),
  signer: Address.optional(),
  signature: Signature.optional(),
}

type Signed = z.infer<z.ZodObject<typeof ownSignature>>

export const wholeOrNone = [
  ({ atMs, signer, signature }: Signed) =>
    [atMs, signer, signature].every(part => (part === undefined) === (atMs === undefined)),
  'atMs, signer and signature come together or not at all',
] as const

/**
 * A command as it came when its caller signed it; otherwise signed with the operator's key, for a caller who may decide
 * in the operator's name.
 * @throws EntenteError UNAUTHORIZED
 */
export async function signOrPassOn<C extends Signed & { readonly taskId: string }>(
  name: DocumentName,
  command: C,
  { signer, caller }: { readonly signer: Signer; readonly caller: ApiKey | null },
): Promise<C> {
  if (command.signature !== undefined) return command
  if (caller?.role !== 'operator') {
    throw new EntenteError('UNAUTHORIZED', 'only a key of the role operator may leave the signature to the operator')
  }
  const document = { ...command, atMs: Date.now() }
  return { ...document, signer: signer.address, signature: await signer.sign(name, document) }
}
