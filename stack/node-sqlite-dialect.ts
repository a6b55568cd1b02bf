import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { SqliteDialect } from 'kysely'

// Readers go on while one writes; a transaction may be lost in a power cut, and the read model is then rebuilt.
const SETTINGS = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma busy_timeout = 5000;
`

/** Kysely's SQLite dialect over the engine that is built into Node. */
export function nodeSqliteDialect(file: string): SqliteDialect {
  return new SqliteDialect({ database: async () => open(file) })
}

function open(file: string) {
  const database = new DatabaseSync(file)
  database.exec(SETTINGS)
  return {
    prepare(sql: string) {
      const statement = database.prepare(sql)
      const bound = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...bound(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...bound(parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...bound(parameters)),
      }
    },
    close: () => database.close(),
  }
}
