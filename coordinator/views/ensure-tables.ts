import type { Kysely, Transaction } from 'kysely'

import { columns, indexes, keys, type TableName, type Views } from './schema.ts'

/**
 * Version of the tables' shape: raise it with every change of a column. A read model needs no migrations: tables of
 * another version are dropped, and filled again from the streams.
 */
const VERSION = 12

type WithVersion = Views & { viewVersion: { id: number; version: number } }

/** Makes the tables of this version. Any number of processes may do this at once; all but one find it done. */
export async function ensureTables(db: Kysely<Views>): Promise<void> {
  await inTurn(db, async (trx, found) => {
    if (found === VERSION) return
    await dropTables(trx)
    await createTables(trx)
  })
}

export const tableNames = Object.keys(keys) as TableName[]

/** Runs `work` in a transaction that no other process is in at the same time, and then notes the version. */
export async function inTurn(db: Kysely<Views>, work: (trx: Transaction<Views>, found: number) => Promise<void>) {
  const versioned = db as unknown as Kysely<WithVersion>
  await createVersionTable(versioned)
  await versioned.transaction().execute(async trx => {
    // A write takes the row's lock in PostgreSQL and the file's in SQLite, which `select` would not.
    const { version } = await trx
      .updateTable('viewVersion')
      .set({ id: 1 })
      .where('id', '=', 1)
      .returning('version')
      .executeTakeFirstOrThrow()
    await work(trx as unknown as Transaction<Views>, version)
    await trx.updateTable('viewVersion').set({ version: VERSION }).execute()
  })
}

async function createVersionTable(db: Kysely<WithVersion>): Promise<void> {
  const create = db.schema
    .createTable('viewVersion')
    .ifNotExists()
    .addColumn('id', 'bigint', column => column.primaryKey())
    .addColumn('version', 'bigint', column => column.notNull())
  // PostgreSQL checks "if not exists" before it creates: of two that create at once, one may fail, and finds it there.
  await create.execute().catch(() => create.execute())
  await db
    .insertInto('viewVersion')
    .values({ id: 1, version: 0 })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

async function dropTables(trx: Transaction<Views>): Promise<void> {
  for (const table of tableNames) await trx.schema.dropTable(table).ifExists().execute()
}

async function createTables(trx: Transaction<Views>): Promise<void> {
  for (const table of tableNames) {
    let create = trx.schema.createTable(table)
    for (const [name, type] of Object.entries(columns[table])) {
      const [base, optional] = [type.replace('?', '') as 'text' | 'bigint' | 'double precision', type.endsWith('?')]
      create = create.addColumn(name, base, column => (optional ? column : column.notNull()))
    }
    await create.addPrimaryKeyConstraint(`${table}Key`, [...keys[table]] as never[]).execute()
  }
  for (const [name, { on, of }] of Object.entries(indexes)) {
    await trx.schema
      .createIndex(name)
      .on(on)
      .columns([...of])
      .execute()
  }
}
