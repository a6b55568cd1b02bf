import type { Kysely } from 'kysely'
import type { ChainStepShown } from './rows-of-chain-message.ts'
import type { Views } from './schema.ts'

export type ChainMessageFilter = {
  state?: string | undefined
  tenant?: string | undefined
  operation?: string | undefined
  businessId?: string | undefined
  /** Of any of its transactions. */
  txHash?: string | undefined
  /** What it is about. */
  task?: string | undefined
  agent?: string | undefined
  /** Who sends it to the chain, in lower case. */
  signer?: string | undefined
  /** When it came, in milliseconds: not before this, and not after that. */
  since?: number | undefined
  until?: number | undefined
  limit: number
  /** Only messages that came before the one of this number. */
  before?: number | undefined
}

/** Messages to the chain, the latest first. */
export async function listChainMessages(
  db: Kysely<Views>,
  filter: ChainMessageFilter,
): Promise<Views['chainMessages'][]> {
  const { txHash, task, agent, signer, since, until, limit, before } = filter
  const about = (kind: string, id: string) =>
    db.selectFrom('chainSubjects').select('messageId').where('kind', '=', kind).where('id', '=', id)
  let query = db.selectFrom('chainMessages').selectAll()
  for (const column of ['state', 'tenant', 'operation', 'businessId'] as const) {
    const wanted = filter[column]
    if (wanted !== undefined) query = query.where(column, '=', wanted)
  }
  return query
    .$if(txHash !== undefined, query => query.where('messageId', 'in', about('transaction', txHash!)))
    .$if(task !== undefined, query => query.where('messageId', 'in', about('task', task!)))
    .$if(agent !== undefined, query => query.where('messageId', 'in', about('agent', agent!)))
    .$if(signer !== undefined, query => query.where('signer', '=', signer!))
    .$if(since !== undefined, query => query.where('receivedAtMs', '>=', since!))
    .$if(until !== undefined, query => query.where('receivedAtMs', '<=', until!))
    .$if(before !== undefined, query => query.where('number', '<', before!))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

export type ChainMessageDetail = Views['chainMessages'] & { steps: ChainStepShown[] }

/** One message with its whole life; undefined when there is none of this id. */
export async function readChainMessage(db: Kysely<Views>, messageId: string): Promise<ChainMessageDetail | undefined> {
  const message = await db.selectFrom('chainMessages').selectAll().where('messageId', '=', messageId).executeTakeFirst()
  const entries = await db
    .selectFrom('chainSteps')
    .select('steps')
    .where('messageId', '=', messageId)
    .orderBy('seq')
    .execute()
  return message && { ...message, steps: entries.flatMap(({ steps }) => JSON.parse(steps) as ChainStepShown[]) }
}
