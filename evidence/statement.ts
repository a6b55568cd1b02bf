import type { DocumentName } from '../protocol/documents.ts'
import type { Address } from '../protocol/ids.ts'

/** Something that a party signed. */
export interface Statement {
  /** JSON pointer to what was signed. */
  readonly where: string
  readonly name: DocumentName
  readonly document: object
  readonly signature: string
  /** Whose wallet must have signed; null when the history gives this party no part here. */
  readonly wallet: Address | null
  /** The party, as a finding calls it. */
  readonly who: string
}
