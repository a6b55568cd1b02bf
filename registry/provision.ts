import type { NatsConnection } from '@nats-io/nats-core'
import { type AgentCard, cardUri } from '../protocol/agent-card.ts'
import { contentHash } from '../protocol/canonical.ts'
import type { ChainInfo } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Address, type DomainId, domainToBytes32 } from '../protocol/ids.ts'
import type { Directory, DirectoryAgent } from './directory.ts'
import type { FollowedDirectory } from './follow-directory.ts'
import { perform } from './perform.ts'
import type { WalletConsent } from './wallet-consent.ts'

/** For what was done to show in the directory. */
const TIMEOUT_MS = 60_000
/** Below the five minutes that the identity registry takes, by more than clocks differ. */
const CONSENT_SECONDS = 240

export interface AgentPlan {
  readonly card: AgentCard
  readonly wallet: Address
  /** Smallest units of the token. */
  readonly stake: bigint
  /** Signs by the wallet's key, wherever that is: see `signWalletConsent`. */
  readonly consent: (consent: WalletConsent) => Hex | Promise<Hex>
}

export interface DomainPlan {
  readonly domainId: DomainId
  readonly name: string
  /** Owns and enrols the domain's agents; the gateway holds its key. */
  readonly admin: Address
  readonly agents: readonly AgentPlan[]
}

export interface ProvisionOptions {
  readonly nc: NatsConnection
  readonly directory: FollowedDirectory
  readonly chain: ChainInfo
  /** Admits domains and mints the token; the gateway holds its key. */
  readonly governor: Address
}

/**
 * Brings about on chain what the plan says and the directory does not show yet: domains admitted, agents registered,
 * enrolled, given their wallets and stakes. All of it takes two rounds of blocks however many there are: first what
 * needs no agent id, then all that does.
 *
 * @returns the agents in the plan's order, each active, with its wallet and stake
 * @throws EntenteError CHAIN_REVERTED, DIRECTORY_LATE
 */
export async function provision(options: ProvisionOptions, domains: readonly DomainPlan[]): Promise<DirectoryAgent[]> {
  const perDomain = await Promise.all(domains.map(domain => provisionDomain(options, domain)))
  return perDomain.flat()
}

function provisionDomain(options: ProvisionOptions, domain: DomainPlan): Promise<DirectoryAgent[]> {
  const ready = Promise.all([admit(options, domain), fundStakes(options, domain)])
  return Promise.all(
    domain.agents.map(async plan => {
      const [agent] = await Promise.all([register(options, domain, plan), ready])
      await Promise.all([
        setWallet(options, domain, plan, agent),
        enrol(options, domain, agent),
        depositStake(options, domain, plan, agent),
      ])
      return options.directory.when(
        ({ agents }) => {
          const now = agents.get(agent.agentId)
          return now?.active && now.wallet === plan.wallet && now.stake >= plan.stake ? now : undefined
        },
        { what: `agent ${agent.agentId} as active`, timeoutMs: TIMEOUT_MS },
      )
    }),
  )
}

async function admit({ nc, directory, governor }: ProvisionOptions, { domainId, name, admin }: DomainPlan) {
  if (directory.current().domains.has(domainId)) return
  await perform(nc, {
    operation: 'admit-domain',
    businessId: domainId,
    from: governor,
    contract: 'Domains',
    call: 'admit',
    args: [domainToBytes32(domainId), admin, name],
  })
}

/** The token for what is missing of the stakes, minted to the admin, who lets the stake contract take it. */
async function fundStakes({ nc, directory, chain, governor }: ProvisionOptions, domain: DomainPlan) {
  const missing = domain.agents.map(plan => missingStake(plan, find(directory.current(), domain, plan)))
  const amount = missing.reduce((sum, each) => sum + each, 0n).toString()
  if (amount === '0') return
  const businessId = contentHash([
    domain.domainId,
    domain.agents.map(({ card }) => contentHash(card)),
    missing.map(String),
  ])
  const { admin } = domain
  await Promise.all([
    perform(nc, {
      operation: 'mint-stake',
      businessId,
      from: governor,
      contract: 'EntenteToken',
      call: 'mint',
      args: [admin, amount],
    }),
    perform(nc, {
      operation: 'approve-stake',
      businessId,
      from: admin,
      contract: 'EntenteToken',
      call: 'approve',
      args: [chain.contracts.Stake!, amount],
    }),
  ])
}

async function register({ nc, directory }: ProvisionOptions, domain: DomainPlan, plan: AgentPlan) {
  const known = find(directory.current(), domain, plan)
  if (known) return known
  const cardHash = contentHash(plan.card)
  await perform(nc, {
    operation: 'register-agent',
    businessId: `${domain.domainId}/${cardHash}`,
    from: domain.admin,
    contract: 'IdentityRegistry',
    call: 'register',
    args: [cardUri(cardHash)],
  })
  const what = `the registration of ${plan.card.name}`
  return directory.when(now => find(now, domain, plan), { what, timeoutMs: TIMEOUT_MS })
}

async function setWallet(
  { nc }: ProvisionOptions,
  { admin }: DomainPlan,
  { wallet, consent }: AgentPlan,
  agent: DirectoryAgent,
) {
  if (agent.wallet === wallet) return
  const { agentId } = agent
  const deadline = Math.floor(Date.now() / 1000) + CONSENT_SECONDS
  const signature = await consent({ agentId, newWallet: wallet, owner: admin, deadline })
  await perform(nc, {
    operation: 'set-agent-wallet',
    // A consent that expired unused does not stand in the way of the next.
    businessId: `${agentId}/${wallet}/${deadline}`,
    from: admin,
    contract: 'IdentityRegistry',
    call: 'setAgentWallet',
    args: [agentId, wallet, String(deadline), signature],
  })
}

async function enrol({ nc }: ProvisionOptions, { domainId, admin }: DomainPlan, agent: DirectoryAgent) {
  if (agent.domainId === domainId && agent.enrolledUnder === agent.owner) return
  await perform(nc, {
    operation: 'enrol-agent',
    businessId: `${domainId}/${agent.agentId}`,
    from: admin,
    contract: 'Domains',
    call: 'enrol',
    args: [domainToBytes32(domainId), agent.agentId],
  })
}

async function depositStake({ nc }: ProvisionOptions, { admin }: DomainPlan, plan: AgentPlan, agent: DirectoryAgent) {
  const missing = missingStake(plan, agent)
  if (missing === 0n) return
  await perform(nc, {
    operation: 'deposit-stake',
    businessId: `${agent.agentId}/${agent.stake}/${missing}`,
    from: admin,
    contract: 'Stake',
    call: 'deposit',
    args: [agent.agentId, missing.toString()],
  })
}

/** An agent is known by its card and its owner: one of each in a domain. */
function find(directory: Directory, { admin }: DomainPlan, { card }: AgentPlan): DirectoryAgent | undefined {
  const hash = contentHash(card)
  return [...directory.agents.values()].find(({ owner, cardHash }) => owner === admin && cardHash === hash)
}

function missingStake({ stake }: AgentPlan, agent: DirectoryAgent | undefined): bigint {
  const missing = stake - (agent?.stake ?? 0n)
  return missing > 0n ? missing : 0n
}
