import { type DocumentName, signerOf } from '../protocol/documents.ts'
import type { SigningDomain } from '../protocol/typed-data.ts'

/** A document, and what is said to be a signature of it. */
export interface Signed {
  readonly name: DocumentName
  readonly document: object
  readonly signature: string
}

/** Gives who signed each, in their order, when it is asked. */
export type Signers = () => Promise<(string | null)[]>

/** Who signed each, in their order; null for what nobody could have. */
export function recoverAll(domain: SigningDomain, signed: readonly Signed[]): (string | null)[] {
  return signed.map(each => recover(domain, each))
}

/** Signatures that threads share: each takes the next portion that none has taken. */
export interface Shared {
  readonly domain: SigningDomain
  readonly signed: readonly Signed[]
  /** One number: of the first signature that nobody has taken. */
  readonly next: Int32Array<SharedArrayBuffer>
}

/** Signers of consecutive signatures. */
export interface Portion {
  readonly first: number
  readonly signers: readonly (string | null)[]
}

const portion = 64

/** Recovers what is left, side by side with whoever else does. */
export function recoverPortions({ domain, signed, next }: Shared): Portion[] {
  const portions: Portion[] = []
  for (;;) {
    const first = Atomics.add(next, 0, portion)
    if (first >= signed.length) return portions
    portions.push({ first, signers: recoverAll(domain, signed.slice(first, first + portion)) })
  }
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
