import type { Transaction } from 'kysely'
import type { Change } from './change.ts'
import { keys, type TableName, type Views } from './schema.ts'

// The table is known only at run time here; `Change` has checked that row and key belong to it.
type Table = 'cursors'
type Row = Record<string, never>
type AnyChange =
  | { put: Table; row: Row }
  | { set: Table; key: Row; to: Row }
  | { revise: Table; key: Row; by: (row: Row) => Row }

/** Makes the changes in the order given: a later one may build on an earlier one. */
export async function applyChanges(trx: Transaction<Views>, changes: readonly Change[]): Promise<void> {
  for (const change of changes as unknown as AnyChange[]) await applyChange(trx, change)
}

async function applyChange(trx: Transaction<Views>, change: AnyChange): Promise<void> {
  if ('put' in change) return put(trx, change.put, change.row)
  if ('set' in change) return set(trx, change.set, change.key, change.to)
  const row = await trx
    .selectFrom(change.revise)
    .selectAll()
    .where(eb => eb.and(change.key))
    .executeTakeFirst()
  if (row) await set(trx, change.revise, change.key, change.by(row as unknown as Row))
}

async function put(trx: Transaction<Views>, table: Table, row: Row): Promise<void> {
  await trx
    .insertInto(table)
    .values(row as never)
    .onConflict(conflict => conflict.columns([...keys[table as TableName]] as never).doUpdateSet(row))
    .execute()
}

async function set(trx: Transaction<Views>, table: Table, key: Row, to: Row): Promise<void> {
  if (Object.keys(to).length === 0) return
  await trx
    .updateTable(table)
    .set(to)
    .where(eb => eb.and(key))
    .execute()
}
