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
  row: Record<string, unknown> | null | undefined
  isPut: boolean
  /** Columns to set, of a row that is not put. */
  dirty: Record<string, unknown> | null
}

interface Taken {
  readonly change: AnyChange
  readonly pending: Pending
}

/**
 * Changes of many messages, taken together: what several of them do to one row is written once, and what is done to many rows
 * of a table by few statements. A later change sees what an earlier one did.
 */
export class Draft {
  readonly #trx: Transaction<Views>
  readonly #statements: Statements
  readonly #pending = new Map<TableName, Map<unknown, Pending>>()

  constructor(trx: Transaction<Views>, statements: Statements) {
    this.#trx = trx
    this.#statements = statements
  }

  async take(changes: readonly Change[]): Promise<void> {
    const taken = (changes as unknown as AnyChange[]).map(change => ({ change, pending: this.#changedBy(change) }))
    await this.#readAhead(taken)
    for (const { change, pending } of taken) {
      if ('put' in change) put(pending, change.row)
      else if ('set' in change) set(pending, change.to)
      else await this.#takeWhole(change, pending)
    }
  }

  async write(): Promise<void> {
    for (const [table, pending] of this.#pending) {
      const [puts, sets] = [[] as Row[], [] as Pending[]]
      for (const each of pending.values()) {
        if (each.isPut) puts.push(each.row!)
        else if (each.dirty) sets.push(each)
      }
      await this.#statements.put(this.#trx, table, puts)
      for (const rows of Map.groupBy(sets, ({ dirty }) => Object.keys(dirty!).sort().join()).values()) {
        const columns = Object.keys(rows[0]!.dirty!).sort()
        const changed = rows.map(({ key, dirty }) => Object.assign(dirty!, key))
        if (columns.length > 0) await this.#statements.set(this.#trx, table, columns, changed)
      }
    }
    this.#pending.clear()
  }

  /** Of what the changes want to know whole, what is not known by the time that it is wanted. */
  async #readAhead(taken: readonly Taken[]): Promise<void> {
    const wanted = new Set<Pending>()
    const known = new Set<Pending>()
    for (const { change, pending } of taken) {
      if ('put' in change) known.add(pending)
      else if (!('set' in change) && pending.row === undefined && !known.has(pending)) wanted.add(pending)
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

  async #takeWhole(change: Exclude<AnyChange, { put: TableName } | { set: TableName }>, pending: Pending) {
    const row = pending.row ?? null
    if ('given' in change) return this.take(change.changes(row ?? undefined))
    if (!row && 'revise' in change && change.absent) {
      return put(pending, { ...change.absent, ...change.by(change.absent) })
    }
    if (!row) return
    if ('revise' in change) return set(pending, change.by(row))
    const copy = { ...row, ...change.as(row) }
    put(this.#of(change.copy, copy), copy)
  }

  /** The row that it changes, or asks about. */
  #changedBy(change: AnyChange): Pending {
    if ('put' in change) return this.#of(change.put, change.row)
    if ('set' in change) return this.#of(change.set, change.key)
    if ('revise' in change) return this.#of(change.revise, change.key)
    return this.#of('given' in change ? change.given : change.copy, change.key)
  }

  #of(table: TableName, row: Row): Pending {
    const names: readonly string[] = keys[table]
    let name = row[names[0]!]
    // No text in a key has a zero in it: PostgreSQL would not take it.
    for (let place = 1; place < names.length; place++) name = `${name}\0${row[names[place]!]}`
    const ofTable = this.#pending.get(table) ?? new Map<unknown, Pending>()
    const known = ofTable.get(name)
    if (known) return known
    const key = Object.fromEntries(names.map(column => [column, row[column]]))
    const pending: Pending = { table, key, row: undefined, isPut: false, dirty: null }
    this.#pending.set(table, ofTable.set(name, pending))
    return pending
  }
}

function put(pending: Pending, row: Row): void {
  Object.assign(pending, { row: { ...row }, isPut: true, dirty: null })
}

/** What is pending is the draft's own. */
function set(pending: Pending, to: Row): void {
  if (pending.row) Object.assign(pending.row, to)
  if (!pending.isPut) pending.dirty = Object.assign(pending.dirty ?? {}, to)
}
