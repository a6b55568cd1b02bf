import type { Address, AgentId, DomainId } from '../protocol/ids.ts'

/**
 * Who is frozen: whom an officer of compliance has denied, on chain (`RiskPolicy.StandingChanged`). An account is denied, and
 * with it whoever had it: an agent by its wallet or owner, a domain by its admin. They stay frozen when they take another
 * account; only the standing of the one that was denied lifts it.
 */
export interface Freezes {
  readonly denied: Set<Address>
  /** For which account's sake. */
  readonly agents: Map<AgentId, Address>
  readonly domains: Map<DomainId, Address>
}

/** As `IRiskPolicy.Standing` has them. */
export const standings = { none: 0, allowed: 1, denied: 2, sanctioned: 3 } as const

export function noFreezes(): Freezes {
  return { denied: new Set(), agents: new Map(), domains: new Map() }
}

/** @param standing in decimal */
export function foldStanding(freezes: Freezes, account: Address, standing: string): void {
  if (Number(standing) >= standings.denied) {
    freezes.denied.add(account)
    return
  }
  freezes.denied.delete(account)
  for (const frozen of [freezes.agents, freezes.domains] as Map<string, Address>[]) {
    for (const [id, by] of frozen) if (by === account) frozen.delete(id)
  }
}

/** What has one of these accounts is frozen with it. */
export function noteAccounts(
  { denied }: Freezes,
  frozen: Map<string, Address>,
  id: string,
  accounts: readonly (Address | null)[],
): void {
  const by = accounts.find(account => account !== null && denied.has(account))
  if (by && !frozen.has(id)) frozen.set(id, by)
}

/** Whether an agent is given no new work: itself, or its domain. */
export function isFrozen(
  { agents, domains }: Freezes,
  { agentId, domainId }: { readonly agentId: AgentId; readonly domainId: DomainId | null },
): boolean {
  return agents.has(agentId) || (domainId !== null && domains.has(domainId))
}
