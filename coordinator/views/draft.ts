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
  /** All of it, where it was read or is to be put; null where it is not there, undefined where nobody has looked. */
  row: Row | null | undefined
  isPut: boolean
  /** Columns to set, of a row that is not put. */
  dirty: Row
}

/**
 * Changes of many messages, taken together: what several of them do to one row is written once, and what is done to many rows
 * of a table by few statements. A later change sees what an earlier one did.
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
    await this.#readAhead(changes as unknown as AnyChange[])
    for (const change of changes as unknown as AnyChange[]) {
      if ('put' in change) this.#put(change.put, change.row)
      else if ('set' in change) set(this.#of(change.set, change.key), change.to)
      else await this.#takeWhole(change)
    }
  }

  async write(): Promise<void> {
    const puts = this.#pending.values().filter(({ isPut }) => isPut)
    for (const [table, rows] of Map.groupBy(puts, ({ table }) => table)) {
      const whole = rows.map(({ row }) => row!)
      await this.#statements.put(this.#trx, table, whole)
    }
    const isSet = ({ isPut, dirty }: Pending) => !isPut && Object.keys(dirty).length > 0
    const shape = ({ table, dirty }: Pending) => [table, ...Object.keys(dirty).sort()].join(' ')
    for (const rows of Map.groupBy(this.#pending.values().filter(isSet), shape).values()) {
      const { table, dirty } = rows[0]!
      const changed = rows.map(({ key, dirty }) => ({ ...dirty, ...key }))
      await this.#statements.set(this.#trx, table, Object.keys(dirty), changed)
    }
    this.#pending.clear()
  }

  /** Of what the changes want to know whole, what is not known by the time that it is wanted. */
  async #readAhead(changes: readonly AnyChange[]): Promise<void> {
    const wanted = new Set<Pending>()
    const put = new Set<Pending>()
    for (const change of changes) {
      if ('put' in change) put.add(this.#of(change.put, change.row))
      if ('put' in change || 'set' in change) continue
      const pending = this.#of(tableOf(change), change.key)
      if (pending.row === undefined && !put.has(pending)) wanted.add(pending)
    }
    for (const [table, rows] of Map.groupBy(wanted, ({ table }) => table)) await this.#read(table, rows)
  }

  async #read(table: TableName, rows: readonly Pending[]): Promise<void> {
    for (const pending of rows) pending.row = null
    const keysOf = rows.map(({ key }) => key)
    for (const stored of await this.#statements.read(this.#trx, table, keysOf)) {
      const pending = this.#of(table, stored)
      pending.row = { ...stored, ...pending.dirty }
    }
  }

  async #takeWhole(change: Exclude<AnyChange, { put: TableName } | { set: TableName }>): Promise<void> {
    const pending = this.#of(tableOf(change), change.key)
    const row = pending.row ?? null
    if ('given' in change) return this.take(change.changes(row ?? undefined))
    if (!row && 'revise' in change && change.absent) {
      return this.#put(change.revise, { ...change.absent, ...change.by(change.absent) })
    }
    if (!row) return
    if ('revise' in change) set(pending, change.by(row))
    else this.#put(change.copy, { ...row, ...change.as(row) })
  }

  #put(table: TableName, row: Row): void {
    Object.assign(this.#of(table, row), { row, isPut: true, dirty: {} })
  }

  #of(table: TableName, row: Row): Pending {
    const names: readonly string[] = keys[table]
    // No text in a key has a zero in it: PostgreSQL would not take it.
    const name = names.reduce((name, column) => `${name}\0${row[column]}`, table as string)
    const known = this.#pending.get(name)
    if (known) return known
    const key = Object.fromEntries(names.map(column => [column, row[column]]))
    const pending: Pending = { table, key, row: undefined, isPut: false, dirty: {} }
    this.#pending.set(name, pending)
    return pending
  }
}

function tableOf(change: Exclude<AnyChange, { put: TableName } | { set: TableName }>): TableName {
  if ('given' in change) return change.given
  return 'copy' in change ? change.copy : change.revise
}

function set(pending: Pending, to: Row): void {
  if (pending.row) pending.row = { ...pending.row, ...to }
  if (!pending.isPut) pending.dirty = { ...pending.dirty, ...to }
}
