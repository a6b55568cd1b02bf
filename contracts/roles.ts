/** The roles in the AccessManager, as `contracts/src/libraries/Roles.sol` has them. */
export const ROLES = {
  /** AccessManager's own admin: may call every restricted function that no other role was given. */
  governor: 0n,
  /** Posts batches, under a bond. */
  settler: 1n,
  /** Opens tasks against its own balance; only the ResponsePlans contract has it. */
  taskOpener: 2n,
  /** Says which real-name credential stands behind a domain. */
  attestor: 3n,
  /** Pauses ways in, for a bounded time. */
  guardian: 4n,
  /** Says whom the consortium may not deal with. */
  compliance: 5n,
  /** Our own contracts for which the escrow holds money. */
  holder: 6n,
  /** Our own contracts that condemn a batch on proof. */
  judge: 7n,
  /** Rules on appeals against penalties. */
  arbiter: 8n,
  /** Signs settlements of reserved tasks alone, and is trusted with them. */
  directSettler: 9n,
} as const

export type Role = keyof typeof ROLES
