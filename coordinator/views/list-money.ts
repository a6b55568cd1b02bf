import type { Kysely } from 'kysely'
import type { Views } from './schema.ts'

/** Whose money: all of the consortium's where nothing is said. */
export type Holder = {
  domainId?: string | undefined
  agentId?: string | undefined
  /** In lower case, or `treasury`. */
  address?: string | undefined
}

/** What lies where, by kind and owner; of nobody in particular, the sums of each kind. */
export async function listBalances(db: Kysely<Views>, holder: Holder): Promise<Views['balances'][]> {
  const owners = (await ownersOf(db, holder)) ?? ['']
  if (owners.length === 0) return []
  return db.selectFrom('balances').selectAll().where('owner', 'in', owners).orderBy('kind').orderBy('owner').execute()
}

export type MovementFilter = Holder & {
  taskId?: string | undefined
  limit: number
  /** Only those before this one. */
  before?: Pick<Views['movements'], 'number' | 'place'> | undefined
}

/** Tokens that went from one place to another, the latest first. */
export async function listMovements(db: Kysely<Views>, filter: MovementFilter): Promise<Views['movements'][]> {
  const { taskId, limit, before } = filter
  const owners = await ownersOf(db, filter)
  if (owners?.length === 0) return []
  return db
    .selectFrom('movements')
    .selectAll()
    .$if(owners !== null, query =>
      query.where(({ or, eb }) => or([eb('fromOwner', 'in', owners!), eb('toOwner', 'in', owners!)])),
    )
    .$if(taskId !== undefined, query => query.where('taskId', '=', taskId!))
    .$if(before !== undefined, query =>
      query.where(({ or, and, eb }) =>
        or([
          eb('number', '<', before!.number),
          and([eb('number', '=', before!.number), eb('place', '<', before!.place)]),
        ]),
      ),
    )
    .orderBy('number', 'desc')
    .orderBy('place', 'desc')
    .limit(limit)
    .execute()
}

export type BondFilter = Holder & {
  state?: string | undefined
  limit: number
  /** Only those before the one of this number. */
  before?: number | undefined
}

/** Sureties that someone gave, or that are about an agent's penalties, the latest first. */
export async function listBonds(db: Kysely<Views>, filter: BondFilter): Promise<Views['bonds'][]> {
  const { state, limit, before } = filter
  const owners = await ownersOf(db, filter)
  if (owners?.length === 0) return []
  return db
    .selectFrom('bonds')
    .selectAll()
    .$if(owners !== null, query =>
      query.where(({ or, eb }) => or([eb('giver', 'in', owners!), eb('agentId', 'in', owners!)])),
    )
    .$if(state !== undefined, query => query.where('state', '=', state!))
    .$if(before !== undefined, query => query.where('number', '<', before!))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

/** A domain owns what its admin and its agents do. Null where nobody in particular is meant. */
async function ownersOf(db: Kysely<Views>, { domainId, agentId, address }: Holder): Promise<string[] | null> {
  if (domainId === undefined && agentId === undefined && address === undefined) return null
  const own = [agentId, address].filter(each => each !== undefined)
  if (address === 'treasury') {
    const now = await db.selectFrom('treasury').select('address').where('id', '=', 'now').executeTakeFirst()
    if (now) own.push(now.address)
  }
  if (domainId === undefined) return own
  const [domain, agents] = await Promise.all([
    db.selectFrom('domains').select('admin').where('domainId', '=', domainId).executeTakeFirst(),
    db.selectFrom('agents').select('agentId').where('domainId', '=', domainId).execute(),
  ])
  return [...own, ...(domain ? [domain.admin.toLowerCase()] : []), ...agents.map(each => each.agentId)]
}
