import type { Schema } from '../../../protocol/parameters.ts'

/** What the directory offers for a skill: how many domains, the dearest price, and near names when there is none. */
export interface Offer {
  readonly domains: number
  readonly highestPrice: bigint
  readonly nearest: readonly string[]
  /** Those of all who offer it; where they are not known nothing is said of them. */
  readonly inputSchemas?: readonly Schema[]
  readonly outputSchemas?: readonly Schema[]
}

export type OfferOf = (skill: string) => Offer
