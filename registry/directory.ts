import { type AgentCard, hashOfCardUri } from '../protocol/agent-card.ts'
import { contentHash } from '../protocol/canonical.ts'
import type { ChainEvent } from '../protocol/chain-event.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Address, type AgentId, type DomainId, slugFromBytes32 } from '../protocol/ids.ts'
import { type Freezes, foldStanding, noFreezes, noteAccounts } from './freezes.ts'

export interface DirectoryDomain {
  readonly domainId: DomainId
  readonly admin: Address
  readonly name: string
  readonly status: 'admitted' | 'suspended'
}

export interface DirectoryAgent {
  readonly agentId: AgentId
  readonly owner: Address
  /** Whose signature speaks for the agent; null when it was unset or the agent changed hands. */
  readonly wallet: Address | null
  readonly uri: string
  /** Content hash of the card that the URI names; null for URIs of another kind. */
  readonly cardHash: Hex | null
  readonly domainId: DomainId | null
  /** The owner of that moment: an enrolment lapses with a change of hands. */
  readonly enrolledUnder: Address | null
  /** Smallest units of the token: what counts as stake, and what is on its way out and can still be slashed. */
  readonly stake: bigint
  readonly unbonding: bigint
  /** Enrolled by an admitted domain under its present owner, and with a wallet: `Domains.isActive` on chain. */
  readonly active: boolean
}

/** Who may do what, as the chain's confirmed events say. Entries are replaced, never changed: keep one, keep a snapshot. */
export interface Directory {
  readonly domains: ReadonlyMap<DomainId, DirectoryDomain>
  readonly agents: ReadonlyMap<AgentId, DirectoryAgent>
  /** Cards by their own content hash, so that a card which the chain does not name is in nobody's way. */
  readonly cards: ReadonlyMap<Hex, AgentCard>
  /** Who is given no new work, whether active or not. */
  readonly freezes: Freezes
}

/** A directory under construction; only the fold below writes to it. */
export interface DirectoryFold extends Directory {
  readonly domains: Map<DomainId, DirectoryDomain>
  readonly agents: Map<AgentId, DirectoryAgent>
  readonly cards: Map<Hex, AgentCard>
}

export function emptyDirectory(): DirectoryFold {
  return { domains: new Map(), agents: new Map(), cards: new Map(), freezes: noFreezes() }
}

/**
 * Folds one chain event into the directory, in place: a copy of thousands of agents at each of thousands of events
 * would cost more than everything else that is done with them. No clock, no network: the same events give the same
 * directory.
 *
 * @returns whether the event says anything of domains or agents
 */
export function foldDirectory(directory: DirectoryFold, event: ChainEvent): boolean {
  const fold = folds[`${event.contract}.${event.event}`]
  if (!fold) return false
  fold(directory, event.args as Args)
  return true
}

/** Adds a card under its content hash. */
export function foldCard(directory: DirectoryFold, card: AgentCard): void {
  directory.cards.set(contentHash(card), card)
}

type Args = Readonly<Record<string, string>>

const folds: Readonly<Record<string, (directory: DirectoryFold, args: Args) => void>> = {
  'Domains.DomainAdmitted': (directory, { domainId, admin, name }) => {
    const slug = slugFromBytes32(domainId!)
    directory.domains.set(slug, { domainId: slug, admin: admin as Address, name: name!, status: 'admitted' })
    noteFreezes(directory)
  },
  'Domains.DomainSuspended': (directory, { domainId }) => changeDomain(directory, domainId!, { status: 'suspended' }),
  'Domains.DomainReinstated': (directory, { domainId }) => changeDomain(directory, domainId!, { status: 'admitted' }),
  'Domains.DomainAdminReplaced': (directory, { domainId, newAdmin }) =>
    changeDomain(directory, domainId!, { admin: newAdmin as Address }),
  'Domains.AgentEnrolled': (directory, { agentId, domainId }) =>
    changeAgent(directory, agentId!, ({ owner }) => ({ domainId: slugFromBytes32(domainId!), enrolledUnder: owner })),
  'Domains.AgentWithdrawn': (directory, { agentId }) =>
    changeAgent(directory, agentId!, () => ({ domainId: null, enrolledUnder: null })),

  // The mint's Transfer comes before Registered: it is what brings an agent into being.
  'IdentityRegistry.Transfer': (directory, { to, tokenId }) => {
    if (!directory.agents.has(tokenId!)) directory.agents.set(tokenId!, unregistered(tokenId!))
    changeAgent(directory, tokenId!, () => ({ owner: to as Address, wallet: null }))
  },
  'IdentityRegistry.Registered': (directory, { agentId, agentURI }) => changeUri(directory, agentId!, agentURI!),
  'IdentityRegistry.URIUpdated': (directory, { agentId, newURI }) => changeUri(directory, agentId!, newURI!),
  'IdentityRegistry.MetadataSet': (directory, { agentId, metadataKey, metadataValue }) => {
    if (metadataKey !== 'agentWallet') return
    changeAgent(directory, agentId!, () => ({ wallet: metadataValue === '0x' ? null : (metadataValue as Address) }))
  },

  'RiskPolicy.StandingChanged': (directory, { account, standing }) => {
    foldStanding(directory.freezes, account as Address, standing!)
    noteFreezes(directory)
  },

  'Stake.StakeDeposited': (directory, { agentId, amount }) =>
    changeAgent(directory, agentId!, ({ stake }) => ({ stake: stake + BigInt(amount!) })),
  'Stake.UnbondRequested': (directory, { agentId, amount }) =>
    changeAgent(directory, agentId!, ({ stake, unbonding }) => ({
      stake: stake - BigInt(amount!),
      unbonding: unbonding + BigInt(amount!),
    })),
  'Stake.StakeWithdrawn': (directory, { agentId, amount }) =>
    changeAgent(directory, agentId!, ({ unbonding }) => ({ unbonding: unbonding - BigInt(amount!) })),
  // What is bonded is held first (IStake); what is slashed was held before.
  'Stake.StakeReturned': (directory, { agentId, amount }) =>
    changeAgent(directory, agentId!, ({ stake }) => ({ stake: stake + BigInt(amount!) })),
  'Stake.StakeHeld': (directory, { agentId, amount }) =>
    changeAgent(directory, agentId!, ({ stake, unbonding }) => {
      const taken = BigInt(amount!)
      const fromStake = taken < stake ? taken : stake
      return { stake: stake - fromStake, unbonding: unbonding - (taken - fromStake) }
    }),
}

function unregistered(agentId: AgentId): DirectoryAgent {
  return {
    agentId,
    owner: '0x0000000000000000000000000000000000000000',
    wallet: null,
    uri: '',
    cardHash: null,
    domainId: null,
    enrolledUnder: null,
    stake: 0n,
    unbonding: 0n,
    active: false,
  }
}

function changeUri(directory: DirectoryFold, agentId: AgentId, uri: string): void {
  changeAgent(directory, agentId, () => ({ uri, cardHash: hashOfCardUri(uri) }))
}

function changeAgent(
  directory: DirectoryFold,
  agentId: AgentId,
  change: (agent: DirectoryAgent) => Partial<DirectoryAgent>,
): void {
  const agent = directory.agents.get(agentId)
  // None when the events are read from their middle; the contracts themselves name only agents that exist.
  if (!agent) return
  const changed = judged(directory, { ...agent, ...change(agent) })
  directory.agents.set(agentId, changed)
  noteAgent(directory, changed)
}

function noteAgent({ freezes }: DirectoryFold, { agentId, wallet, owner }: DirectoryAgent): void {
  if (freezes.denied.size > 0) noteAccounts(freezes, freezes.agents, agentId, [wallet, owner])
}

/** Whoever has a denied account now; few ever are. */
function noteFreezes(directory: DirectoryFold): void {
  const { freezes, agents, domains } = directory
  if (freezes.denied.size === 0) return
  for (const agent of agents.values()) noteAgent(directory, agent)
  for (const { domainId, admin } of domains.values()) noteAccounts(freezes, freezes.domains, domainId, [admin])
}

function changeDomain(directory: DirectoryFold, domain: string, change: Partial<DirectoryDomain>): void {
  const domainId = slugFromBytes32(domain)
  const before = directory.domains.get(domainId)
  if (!before) return
  directory.domains.set(domainId, { ...before, ...change })
  noteFreezes(directory)
  for (const agent of directory.agents.values())
    if (agent.domainId === domainId) directory.agents.set(agent.agentId, judged(directory, agent))
}

function judged(directory: Directory, agent: DirectoryAgent): DirectoryAgent {
  const admitted = agent.domainId !== null && directory.domains.get(agent.domainId)?.status === 'admitted'
  return { ...agent, active: admitted && agent.owner === agent.enrolledUnder && agent.wallet !== null }
}
