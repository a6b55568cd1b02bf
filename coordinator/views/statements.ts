import { CompiledQuery, type Kysely, sql, type Transaction } from 'kysely'
import { columns, keys, type TableName, type Views } from './schema.ts'

/** A row, or some of its columns, of a table that is known only at run time; `Change` has checked that they belong together. */
export type Row = Readonly<Record<string, unknown>>

// The builder's types want one table; which is of no matter to the texts it makes.
type Table = 'cursors'

/** Rows that one statement takes; each number has a text of its own. */
const atOnce = [32, 8, 1]

/**
 * The statements that the read model is written by, each for many rows: most of what one costs is not its rows. Texts are made
 * once for each shape: to build one takes ten times as long as to run it.
 */
export class Statements {
  readonly #db: Kysely<Views>
  readonly #texts = new Map<string, string>()

  constructor(db: Kysely<Views>) {
    this.#db = db
  }

  /** Stores rows, each in place of the one with the same key. */
  async put(trx: Transaction<Views>, table: TableName, rows: readonly Row[]): Promise<void> {
    const names = Object.keys(columns[table])
    for (const some of split(rows)) {
      const text = this.#text(`put ${some.length} ${table}`, () => this.#insertion(table, names, some.length))
      await trx.executeQuery(CompiledQuery.raw(text, valuesOf(some, names)))
    }
  }

  /** Sets the same columns of rows, of those that are there. Each row has its key, and what it is to be. */
  async set(trx: Transaction<Views>, table: TableName, names: readonly string[], rows: readonly Row[]): Promise<void> {
    for (const some of split(rows)) {
      const text = this.#text(`set ${some.length} ${table} ${names}`, () => this.#update(table, names, some.length))
      await trx.executeQuery(CompiledQuery.raw(text, valuesOf(some, [...keys[table], ...names])))
    }
  }

  /** The rows with these keys that are there, in any order. */
  async read(trx: Transaction<Views>, table: TableName, wanted: readonly Row[]): Promise<Row[]> {
    const found: Row[] = []
    for (const some of split(wanted)) {
      const text = this.#text(`read ${some.length} ${table}`, () => this.#selection(table, some.length))
      const { rows } = await trx.executeQuery<Row>(CompiledQuery.raw(text, valuesOf(some, keys[table])))
      found.push(...rows)
    }
    return found
  }

  #insertion(table: TableName, names: readonly string[], count: number): CompiledQuery {
    const row = Object.fromEntries(names.map(name => [name, null]))
    const others = names.filter(name => !(keys[table] as readonly string[]).includes(name))
    return this.#db
      .insertInto(table as Table)
      .values(Array.from({ length: count }, () => row) as never)
      .onConflict(conflict => {
        const same = conflict.columns([...keys[table]] as never)
        if (others.length === 0) return same.doNothing()
        return same.doUpdateSet(eb =>
          Object.fromEntries(others.map(name => [name, eb.ref(`excluded.${name}` as never)])),
        )
      })
      .compile()
  }

  #update(table: TableName, names: readonly string[], count: number): CompiledQuery {
    const first = keys[table].length + 1
    return this.#db
      .updateTable(table as Table)
      .set(Object.fromEntries(names.map((name, index) => [name, given(first + index)])))
      .from(listOf(table, [...keys[table], ...names], count))
      .where(isGiven(table))
      .compile()
  }

  #selection(table: TableName, count: number): CompiledQuery {
    return this.#db
      .selectFrom(table as Table)
      .innerJoin(listOf(table, keys[table], count), join => join.on(isGiven(table)))
      .selectAll(table as Table)
      .compile()
  }

  #text(shape: string, compile: () => CompiledQuery): string {
    const text = this.#texts.get(shape) ?? compile().sql
    this.#texts.set(shape, text)
    return text
  }
}

/** A list of rows within a statement. Both engines call its columns `column1` and on, and PostgreSQL must be told their types. */
function listOf(table: TableName, names: readonly string[], count: number) {
  const types = columns[table] as Readonly<Record<string, string>>
  const row = sql`(${sql.join(names.map(name => sql`cast(${null} as ${sql.raw(types[name]!.replace('?', ''))})`))})`
  return sql`(values ${sql.join(Array.from({ length: count }, () => row))})`.as('given')
}

function given(place: number) {
  return sql.raw<never>(`given.column${place}`)
}

function isGiven(table: TableName) {
  const same = keys[table].map((name, index) => sql`${sql.ref(`${table}.${name}`)} = ${given(index + 1)}`)
  return sql<boolean>`${sql.join(same, sql` and `)}`
}

function* split(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; ) {
    const size = atOnce.find(each => each <= rows.length - from)!
    yield rows.slice(from, from + size)
    from += size
  }
}

function valuesOf(rows: readonly Row[], names: readonly string[]): unknown[] {
  const values: unknown[] = []
  for (const row of rows) for (const name of names) values.push(storable(row[name]))
  return values
}

/** PostgreSQL takes no text with a zero byte, and one that anybody sends would hold up all that comes after it. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}
