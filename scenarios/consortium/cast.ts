/** An agent's module, the stake it puts up, and whether it is to misbehave. */
export interface CastAgent {
  /** Absolute path of a module whose default export is an agent. */
  readonly module: string
  /** Smallest units of the token. */
  readonly stake: bigint
  readonly fault?: 'lie' | 'silent'
}

/** A domain and its agents, as a scenario casts them. */
export interface CastDomain {
  readonly domainId: string
  readonly name: string
  readonly agents: readonly CastAgent[]
}
