import { CompiledQuery, type Kysely, type Transaction } from 'kysely'
import { keys, type TableName, type Views } from './schema.ts'

/** A row, or some of its columns, of a table that is known only at run time; `Change` has checked that they belong together. */
export type Row = Readonly<Record<string, unknown>>

// The builder's types want one table; which is of no matter to the texts it makes.
type Table = 'cursors'

/**
 * Texts of the statements that the read model is written by, made once for each shape: to build one takes ten times as
 * long as to run it.
 */
export class Statements {
  readonly #db: Kysely<Views>
  readonly #texts = new Map<string, string>()

  constructor(db: Kysely<Views>) {
    this.#db = db
  }

  /** Stores a row, in place of the one with the same key. */
  async put(trx: Transaction<Views>, table: TableName, row: Row): Promise<void> {
    const columns = Object.keys(row)
    const sql = this.#text(`put ${table} ${columns}`, () =>
      this.#db
        .insertInto(table as Table)
        .values(row as never)
        .onConflict(conflict =>
          conflict
            .columns([...keys[table]] as never)
            .doUpdateSet(eb =>
              Object.fromEntries(columns.map(column => [column, eb.ref(`excluded.${column}` as never)])),
            ),
        )
        .compile(),
    )
    await trx.executeQuery(CompiledQuery.raw(sql, Object.values(row)))
  }

  /** Sets columns of a row, if it is there. */
  async set(trx: Transaction<Views>, table: TableName, key: Row, to: Row): Promise<void> {
    const sql = this.#text(`set ${table} ${Object.keys(to)} by ${Object.keys(key)}`, () =>
      this.#db
        .updateTable(table as Table)
        .set(to)
        .where(eb => eb.and(key))
        .compile(),
    )
    await trx.executeQuery(CompiledQuery.raw(sql, [...Object.values(to), ...Object.values(key)]))
  }

  async read(trx: Transaction<Views>, table: TableName, key: Row): Promise<Row | undefined> {
    const sql = this.#text(`read ${table} by ${Object.keys(key)}`, () =>
      this.#db
        .selectFrom(table as Table)
        .selectAll()
        .where(eb => eb.and(key))
        .compile(),
    )
    const { rows } = await trx.executeQuery<Row>(CompiledQuery.raw(sql, Object.values(key)))
    return rows[0]
  }

  #text(shape: string, compile: () => CompiledQuery): string {
    const text = this.#texts.get(shape) ?? compile().sql
    this.#texts.set(shape, text)
    return text
  }
}
