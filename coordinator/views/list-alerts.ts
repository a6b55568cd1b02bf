import type { Kysely } from 'kysely'
import { regulatorTenant } from '../../protocol/freeze.ts'
import type { Views } from './schema.ts'

export type AlertFilter = {
  state?: 'raised' | 'cleared' | undefined
  code?: string | undefined
  taskId?: string | undefined
  agentId?: string | undefined
  domainId?: string | undefined
  limit: number
  /** Only alerts that were raised before the one of this number. */
  before?: number | undefined
}

/** Alerts, the latest first. */
export async function listAlerts(db: Kysely<Views>, filter: AlertFilter): Promise<Views['alerts'][]> {
  const { state, limit, before } = filter
  let query = db.selectFrom('alerts').selectAll()
  for (const column of ['code', 'taskId', 'agentId', 'domainId'] as const) {
    const wanted = filter[column]
    if (wanted !== undefined) query = query.where(column, '=', wanted)
  }
  return query
    .$if(state !== undefined, query => query.where('clearedAtMs', state === 'raised' ? 'is' : 'is not', null))
    .$if(before !== undefined, query => query.where('number', '<', before!))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

export type StandingListed = Views['standings'] & {
  /** Hash of the order's text; null where it did not come through the gateway as a regulator's. */
  orderHash: string | null
}

/** What officers of compliance have said of accounts, the latest first; only those before the one of this number. */
export async function listStandings(
  db: Kysely<Views>,
  { limit, before }: { limit: number; before?: number | undefined },
): Promise<StandingListed[]> {
  return db
    .selectFrom('standings')
    .selectAll('standings')
    .select(eb =>
      eb
        .selectFrom('chainMessages')
        .select('businessId')
        .whereRef('chainMessages.txHash', '=', 'standings.txHash')
        .where('tenant', '=', regulatorTenant)
        .limit(1)
        .as('orderHash'),
    )
    .$if(before !== undefined, query => query.where('number', '<', before!))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}
