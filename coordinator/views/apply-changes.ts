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
  | { copy: Table; key: Row; as: (row: Row) => Row }

/** Makes the changes in the order given: a later one may build on an earlier one. */
export async function applyChanges(trx: Transaction<Views>, changes: readonly Change[]): Promise<void> {
  for (const change of changes as unknown as AnyChange[]) await applyChange(trx, change)
}

async function applyChange(trx: Transaction<Views>, change: AnyChange): Promise<void> {
  if ('put' in change) return put(trx, change.put, change.row)
  if ('set' in change) return set(trx, change.set, change.key, change.to)
  const table = 'copy' in change ? change.copy : change.revise
  const row = await trx
    .selectFrom(table)
    .selectAll()
    .where(eb => eb.and(change.key))
    .executeTakeFirst()
  if (!row) return
  if ('revise' in change) return set(trx, table, change.key, change.by(row as unknown as Row))
  return put(trx, table, { ...row, ...change.as(row as unknown as Row) } as unknown as Row)
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
