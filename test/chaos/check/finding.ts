/** One thing that must hold at the end of a run. */
export interface Check {
  readonly what: string
  /** How many were looked at. */
  readonly count: number
  /** What does not hold; none when it does. */
  readonly findings: readonly string[]
}
