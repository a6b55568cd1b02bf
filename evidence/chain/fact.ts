/** One thing that the bundle says and the chain can be asked. */
export interface ChainFact {
  /** JSON pointer to what the bundle says. */
  readonly where: string
  readonly found: string | number | bigint | null
  /** Null when the chain knows nothing of it. */
  readonly onChain: string | number | bigint | null
}
