import { type DocumentName, signerOf } from '../protocol/documents.ts'
import type { SigningDomain } from '../protocol/typed-data.ts'

/** A document, and what is said to be a signature of it. */
export interface Signed {
  readonly name: DocumentName
  readonly document: object
  readonly signature: string
}

export function recoverAll(domain: SigningDomain, signed: readonly Signed[]): (string | null)[] {
  return signed.map(each => recover(domain, each))
}

function recover(domain: SigningDomain, { name, document, signature }: Signed): string | null {
  try {
    return signerOf(domain, name, document, signature)
  } catch (error) {
    // A number that no contract could take, in a field whose schema is wider than its type.
    if (error instanceof RangeError) return null
    throw error
  }
}
