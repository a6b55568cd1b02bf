import type { Transaction } from 'kysely'
import type { Change } from './change.ts'
import { keys, type TableName, type Views } from './schema.ts'
import type { Row, Statements } from './statements.ts'

type AnyChange =
  | { put: TableName; row: Row }
  | { set: TableName; key: Row; to: Row }
  | { revise: TableName; key: Row; absent?: Row; by: (row: Row) => Row }
  | { given: TableName; key: Row; changes: (row: Row | undefined) => Change[] }
  | { copy: TableName; key: Row; as: (row: Row) => Row }

/** What is to become of one row. */
interface Pending {
  readonly table: TableName
  readonly key: Row
  /** All of it, where it was read or is to be put; null where only some columns are to be set. */
  row: Row | null
  isPut: boolean
  /** Columns to set, of a row that is not put. */
  dirty: Row
}

/**
 * Changes of many messages, taken together: what several of them do to one row is written once. A later change sees
 * what an earlier one did.
 */
export class Draft {
  readonly #trx: Transaction<Views>
  readonly #statements: Statements
  readonly #pending = new Map<string, Pending>()

  constructor(trx: Transaction<Views>, statements: Statements) {
    this.#trx = trx
    this.#statements = statements
  }

  async take(changes: readonly Change[]): Promise<void> {
    for (const change of changes as unknown as AnyChange[]) await this.#takeOne(change)
  }

  async write(): Promise<void> {
    for (const { table, key, row, isPut, dirty } of this.#pending.values()) {
      if (isPut) await this.#statements.put(this.#trx, table, row!)
      else if (Object.keys(dirty).length > 0) await this.#statements.set(this.#trx, table, key, dirty)
    }
    this.#pending.clear()
  }

  async #takeOne(change: AnyChange): Promise<void> {
    if ('put' in change) return this.#put(change.put, change.row)
    if ('set' in change) return set(this.#of(change.set, change.key), change.to)
    if ('given' in change) {
      return this.take(change.changes((await this.#whole(this.#of(change.given, change.key))) ?? undefined))
    }
    const pending = this.#of('copy' in change ? change.copy : change.revise, change.key)
    const row = await this.#whole(pending)
    if (!row && 'revise' in change && change.absent) {
      return this.#put(change.revise, { ...change.absent, ...change.by(change.absent) })
    }
    if (!row) return
    if ('revise' in change) set(pending, change.by(row))
    else this.#put(change.copy, { ...row, ...change.as(row) })
  }

  #put(table: TableName, row: Row): void {
    const pending = this.#of(table, Object.fromEntries(keys[table].map(column => [column, row[column]])))
    Object.assign(pending, { row, isPut: true, dirty: {} })
  }

  #of(table: TableName, key: Row): Pending {
    const name = JSON.stringify([table, ...keys[table].map(column => key[column])])
    const pending = this.#pending.get(name) ?? { table, key, row: null, isPut: false, dirty: {} }
    this.#pending.set(name, pending)
    return pending
  }

  async #whole(pending: Pending): Promise<Row | null> {
    const { table, key, dirty } = pending
    if (pending.row) return pending.row
    const stored = await this.#statements.read(this.#trx, table, key)
    pending.row = stored ? { ...stored, ...dirty } : null
    return pending.row
  }
}

function set(pending: Pending, to: Row): void {
  if (pending.row) pending.row = { ...pending.row, ...to }
  if (!pending.isPut) pending.dirty = { ...pending.dirty, ...to }
}
