import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Views } from './schema.ts'

export type AgentFilter = {
  domainId?: string | undefined
  activity?: 'active' | 'inactive' | undefined
  limit: number
  /** Only agents whose id is greater than this one. */
  after?: string | undefined
}

export type AgentListed = Views['agents'] & {
  /** Of the agent's card; null until the card is known. */
  name: string | null
  description: string | null
  card: string | null
  /** 1 or 0: whether the chain acts on its signature, as `Domains.isActive` says it. */
  active: number
}

// The rule of the contract: enrolled under the present owner, the domain admitted, a wallet set.
const active = sql<number>`case
  when agents.enrolled_under = agents.owner and agents.wallet is not null and domains.status = 'admitted' then 1
  else 0 end`

// Ids are decimal text without leading zeros: by length, then by digit, is by number.
const idLength = sql<number>`length(agents.agent_id)`

/** Agents by ascending id, each with its card when that is known. */
export async function listAgents(db: Kysely<Views>, filter: AgentFilter): Promise<AgentListed[]> {
  const { domainId, activity, limit, after } = filter
  return agentsWithCards(db)
    .$if(domainId !== undefined, query => query.where('agents.domainId', '=', domainId!))
    .$if(activity !== undefined, query => query.where(active, '=', activity === 'active' ? 1 : 0))
    .$if(after !== undefined, query => query.where(idAfter(after!)))
    .orderBy(idLength)
    .orderBy('agents.agentId')
    .limit(limit)
    .execute()
}

/** One agent; undefined when the chain has none of this id. */
export async function readAgent(db: Kysely<Views>, agentId: string): Promise<AgentListed | undefined> {
  return agentsWithCards(db).where('agents.agentId', '=', agentId).executeTakeFirst()
}

function agentsWithCards(db: Kysely<Views>) {
  return db
    .selectFrom('agents')
    .leftJoin('cards', 'cards.hash', 'agents.cardHash')
    .leftJoin('domains', 'domains.domainId', 'agents.domainId')
    .selectAll('agents')
    .select(['cards.name', 'cards.description', 'cards.card', active.as('active')])
}

function idAfter(agentId: string) {
  const digits = agentId.length
  return sql<SqlBool>`(${idLength} > ${digits} or (${idLength} = ${digits} and agents.agent_id > ${agentId}))`
}
