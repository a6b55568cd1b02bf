/** The roles in the AccessManager, as `contracts/src/libraries/Roles.sol` has them. */
export const ROLES = {
  /** AccessManager's own admin: may call every restricted function that no other role was given. */
  governor: 0n,
  /** Signs settlements. */
  settler: 1n,
  /** Opens tasks against its own balance; only the ResponsePlans contract has it. */
  taskOpener: 2n,
} as const

export type Role = keyof typeof ROLES
