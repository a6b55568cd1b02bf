import type { Kysely } from 'kysely'
import type { Views } from './schema.ts'

export type ChainMessageFilter = {
  state?: string | undefined
  tenant?: string | undefined
  limit: number
  /** Only messages that came before the one of this number. */
  before?: number | undefined
}

/** Messages to the chain, the latest first. */
export async function listChainMessages(
  db: Kysely<Views>,
  filter: ChainMessageFilter,
): Promise<Views['chainMessages'][]> {
  const { state, tenant, limit, before } = filter
  return db
    .selectFrom('chainMessages')
    .selectAll()
    .$if(state !== undefined, query => query.where('state', '=', state!))
    .$if(tenant !== undefined, query => query.where('tenant', '=', tenant!))
    .$if(before !== undefined, query => query.where('number', '<', before!))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

export type ChainMessageDetail = Views['chainMessages'] & { steps: Views['chainSteps'][] }

/** One message with its whole life; undefined when there is none of this id. */
export async function readChainMessage(db: Kysely<Views>, messageId: string): Promise<ChainMessageDetail | undefined> {
  const message = await db.selectFrom('chainMessages').selectAll().where('messageId', '=', messageId).executeTakeFirst()
  const steps = await db
    .selectFrom('chainSteps')
    .selectAll()
    .where('messageId', '=', messageId)
    .orderBy('seq')
    .orderBy('place')
    .execute()
  return message && { ...message, steps }
}
