import type { Kysely } from 'kysely'
import type { Views } from './schema.ts'

export type BlockListed = Pick<Views['chainEvents'], 'blockNumber' | 'blockHash' | 'atMs'> & {
  transactions: number
  events: number
}

/** Final blocks that hold events of ours, the latest first; only those before the one of this number. */
export async function listBlocks(
  db: Kysely<Views>,
  { limit, before }: { limit: number; before?: number | undefined },
): Promise<BlockListed[]> {
  const found = await db
    .selectFrom('chainEvents')
    .select(['blockNumber', 'blockHash', 'atMs'])
    .select(({ fn }) => [fn.count('txHash').distinct().as('transactions'), fn.count('number').as('events')])
    .$if(before !== undefined, query => query.where('blockNumber', '<', before!))
    .groupBy(['blockNumber', 'blockHash', 'atMs'])
    .orderBy('blockNumber', 'desc')
    .limit(limit)
    .execute()
  return found.map(({ transactions, events, ...block }) => ({
    ...block,
    transactions: Number(transactions),
    events: Number(events),
  }))
}

export type TransactionFound = {
  /** Messages that it carried, as the gateway sent them. */
  calls: Views['chainMessages'][]
  events: Views['chainEvents'][]
}

/** What is known of a transaction; both lists are empty when nothing is. */
export async function readTransaction(db: Kysely<Views>, txHash: string): Promise<TransactionFound> {
  const [calls, events] = await Promise.all([
    db.selectFrom('chainMessages').selectAll().where('txHash', '=', txHash).orderBy('number').execute(),
    db.selectFrom('chainEvents').selectAll().where('txHash', '=', txHash).orderBy('number').execute(),
  ])
  return { calls, events }
}

/** The contracts of the consortium, by name. */
export function listContracts(db: Kysely<Views>): Promise<Views['contracts'][]> {
  return db.selectFrom('contracts').selectAll().orderBy('name').execute()
}
