import type { Kysely } from 'kysely'
import type { BlockListed } from './list-chain-events.ts'
import type { Views } from './schema.ts'

export type BlockFound = Pick<BlockListed, 'blockNumber' | 'blockHash' | 'atMs'> & {
  /** Those of ours, in the order of the block. */
  transactions: string[]
}

/** A final block that holds events of ours, by its number or hash; undefined where there is none. */
export async function readBlock(db: Kysely<Views>, block: number | string): Promise<BlockFound | undefined> {
  const events = await db
    .selectFrom('chainEvents')
    .select(['blockNumber', 'blockHash', 'atMs', 'txHash'])
    .where(typeof block === 'number' ? 'blockNumber' : 'blockHash', '=', block)
    .orderBy('number')
    .execute()
  const [first] = events
  if (!first) return undefined
  const { blockNumber, blockHash, atMs } = first
  return { blockNumber, blockHash, atMs, transactions: [...new Set(events.map(({ txHash }) => txHash))] }
}

/** What an address is to the consortium; all of it is empty for a stranger. */
export type Roles = {
  domains: Pick<Views['domains'], 'domainId' | 'name' | 'status'>[]
  /** Owned by it, or with it as their wallet. */
  agents: Pick<Views['agents'], 'agentId' | 'domainId' | 'owner' | 'wallet'>[]
  contracts: Pick<Views['contracts'], 'name' | 'version' | 'state'>[]
  /** How many tasks it paid for. */
  tasksFunded: number
}

/** Addresses are stored as the chain's events have them, in lower case or with a checksum. */
export async function readRoles(db: Kysely<Views>, address: string): Promise<Roles> {
  const [domains, agents, contracts, funded] = await Promise.all([
    db
      .selectFrom('domains')
      .select(['domainId', 'name', 'status'])
      .where(({ fn }) => fn('lower', ['admin']), '=', address)
      .orderBy('domainId')
      .execute(),
    db
      .selectFrom('agents')
      .select(['agentId', 'domainId', 'owner', 'wallet'])
      .where(({ or, eb, fn }) =>
        or([eb(fn('lower', ['owner']), '=', address), eb(fn('lower', ['wallet']), '=', address)]),
      )
      .orderBy('registeredAtMs')
      .orderBy('agentId')
      .execute(),
    db
      .selectFrom('contracts')
      .select(['name', 'version', 'state'])
      .where(({ fn }) => fn('lower', ['address']), '=', address)
      .orderBy('name')
      .execute(),
    db
      .selectFrom('movements')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('fromOwner', '=', address)
      .where('cause', '=', 'Escrow.TaskFunded')
      .executeTakeFirstOrThrow(),
  ])
  return { domains, agents, contracts, tasksFunded: Number(funded.count) }
}

/** Events that name an address, an agent or a task, the latest first; only those before the one of this number. */
export function listEventsAbout(
  db: Kysely<Views>,
  {
    kind,
    id,
    limit,
    before,
  }: { kind: 'address' | 'agent' | 'task'; id: string; limit: number; before?: number | undefined },
): Promise<Views['chainEvents'][]> {
  return db
    .selectFrom('chainEvents')
    .innerJoin('eventSubjects', 'eventSubjects.number', 'chainEvents.number')
    .selectAll('chainEvents')
    .where('eventSubjects.kind', '=', kind)
    .where('eventSubjects.id', '=', id)
    .$if(before !== undefined, query => query.where('eventSubjects.number', '<', before!))
    .orderBy('eventSubjects.number', 'desc')
    .limit(limit)
    .execute()
}

export type Hit = { type: 'block' | 'transaction' | 'message' | 'task' | 'agent' | 'domain' | 'address'; id: string }

/** What a text may name, of what is known: a number, a hash, an address or the name of a domain. */
export async function search(db: Kysely<Views>, text: string): Promise<Hit[]> {
  const has = async (query: { executeTakeFirst(): Promise<unknown> }) => (await query.executeTakeFirst()) !== undefined
  const hits: Hit[] = []
  const note = async (type: Hit['type'], id: string, query: { executeTakeFirst(): Promise<unknown> }) => {
    if (await has(query)) hits.push({ type, id })
  }
  if (/^\d{1,15}$/.test(text)) {
    const blocks = db.selectFrom('chainEvents').select('number').where('blockNumber', '=', Number(text)).limit(1)
    await note('block', text, blocks)
  }
  if (/^\d{1,78}$/.test(text))
    await note('agent', text, db.selectFrom('agents').select('agentId').where('agentId', '=', text))
  if (/^0x[0-9a-f]{64}$/.test(text)) {
    await note('block', text, db.selectFrom('chainEvents').select('number').where('blockHash', '=', text).limit(1))
    const events = db.selectFrom('chainEvents').select('number')
    const sent = db.selectFrom('chainSubjects').select('messageId').where('kind', '=', 'transaction')
    const isSent = await has(sent.where('id', '=', text).limit(1))
    if (isSent || (await has(events.where('txHash', '=', text).limit(1)))) hits.push({ type: 'transaction', id: text })
    await note('message', text, db.selectFrom('chainMessages').select('messageId').where('messageId', '=', text))
    await note('task', text, db.selectFrom('tasks').select('taskId').where('taskId', '=', text))
  }
  if (/^0x[0-9a-f]{40}$/.test(text)) {
    const named = db.selectFrom('eventSubjects').select('number').where('kind', '=', 'address').where('id', '=', text)
    await note('address', text, named.limit(1))
  }
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) {
    await note('domain', text, db.selectFrom('domains').select('domainId').where('domainId', '=', text))
  }
  return hits
}
