import { type AgentCard, hashOfCardUri } from '../../protocol/agent-card.ts'
import { contentHash } from '../../protocol/canonical.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import { slugFromBytes32 } from '../../protocol/ids.ts'
import { type DirectoryAgent, type DirectoryDomain, emptyDirectory, foldDirectory } from '../../registry/directory.ts'
import type { Change } from './change.ts'
import type { Views } from './schema.ts'

const nowhere = '0x0000000000000000000000000000000000000000'

/**
 * What a chain event changes of domains and agents. What it means is the directory's to say: its own fold is run over
 * the one row that the event names.
 */
export function rowsOfDirectory(event: ChainEvent): Change[] {
  const { domainId } = event.args as Record<string, string>
  if (event.contract === 'Domains' && event.event.startsWith('Domain')) return [ofDomain(event, domainId!)]
  const agentId = event.args.agentId ?? event.args.tokenId
  if (typeof agentId !== 'string' || !['Domains', 'IdentityRegistry', 'Stake'].includes(event.contract)) return []
  const revised: Change = { revise: 'agents', key: { agentId }, by: row => revisedAgent(row, event) }
  return isMint(event) ? [{ put: 'agents', row: newAgent(agentId, event) }, revised] : [revised]
}

/** What a settled task says of an agent, once the reputation registry has it. */
export function rowsOfRating({ contract, event, args }: ChainEvent): Change[] {
  if (contract !== 'TaskFeedback' || event !== 'TaskRated') return []
  const { agentId, score } = args as Record<string, string>
  const by = ({ ratings, scores }: Views['agents']) => ({ ratings: ratings + 1, scores: scores + Number(score) })
  return [{ revise: 'agents', key: { agentId: agentId! }, by }]
}

/** An agent card, under its own content hash: nobody needs to be trusted for it. */
export function rowsOfCard(card: AgentCard): Change[] {
  const { name, description } = card
  return [{ put: 'cards', row: { hash: contentHash(card), name, description, card: JSON.stringify(card) } }]
}

function ofDomain(event: ChainEvent, domain: string): Change {
  const domainId = slugFromBytes32(domain)
  const fold = (before?: DirectoryDomain) => {
    const directory = emptyDirectory()
    if (before) directory.domains.set(domainId, before)
    foldDirectory(directory, event)
    return directory.domains.get(domainId)!
  }
  if (event.event === 'DomainAdmitted') {
    return { put: 'domains', row: { ...fold(), admittedAtMs: event.blockTimeMs } }
  }
  return { revise: 'domains', key: { domainId }, by: row => fold(row as unknown as DirectoryDomain) }
}

function isMint({ contract, event, args }: ChainEvent): boolean {
  return contract === 'IdentityRegistry' && event === 'Transfer' && args.from === nowhere
}

function newAgent(agentId: string, { blockTimeMs }: ChainEvent): Views['agents'] {
  return {
    agentId,
    owner: nowhere,
    wallet: null,
    uri: '',
    cardHash: null,
    domainId: null,
    enrolledUnder: null,
    stake: '0',
    unbonding: '0',
    registeredAtMs: blockTimeMs,
    ratings: 0,
    scores: 0,
  }
}

function revisedAgent(row: Views['agents'], event: ChainEvent): Partial<Views['agents']> {
  const directory = emptyDirectory()
  const { registeredAtMs: _, ratings: __, scores: ___, ...rest } = row
  const amounts = { stake: BigInt(row.stake), unbonding: BigInt(row.unbonding) }
  directory.agents.set(row.agentId, { ...rest, ...amounts, active: false } as DirectoryAgent)
  foldDirectory(directory, event)
  // Whether an agent is active follows from its domain too, so it is asked when read, never stored.
  const { active: ____, stake, unbonding, ...agent } = directory.agents.get(row.agentId)!
  return { ...agent, cardHash: hashOfCardUri(agent.uri), stake: `${stake}`, unbonding: `${unbonding}` }
}
