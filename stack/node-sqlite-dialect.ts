import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { SqliteDialect } from 'kysely'
import { LRUCache } from 'lru-cache'

// Readers go on while one writes; a transaction may be lost in a power cut, and the read model is then rebuilt. What is written again and
// again is kept in 64 MiB, where SQLite would keep 2.
const SETTINGS = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma cache_size = -65536;
`

// From the first statement on: other processes may hold the file while it is opened, and while the last of them closes it.
const WAIT_FOR_LOCK_MS = 5000

// Preparing takes about as long as running what is prepared.
const KEPT_STATEMENTS = 200

/** Kysely's SQLite dialect over the engine that is built into Node. */
export function nodeSqliteDialect(file: string): SqliteDialect {
  return new SqliteDialect({ database: async () => open(file) })
}

function open(file: string) {
  const database = new DatabaseSync(file, { timeout: WAIT_FOR_LOCK_MS })
  database.exec(SETTINGS)
  const prepared = new LRUCache<string, ReturnType<typeof prepare>>({ max: KEPT_STATEMENTS })
  return {
    prepare(sql: string) {
      const statement = prepared.get(sql) ?? prepare(database, sql)
      prepared.set(sql, statement)
      return statement
    },
    close: () => database.close(),
  }
}

function prepare(database: DatabaseSync, sql: string) {
  const statement = database.prepare(sql)
  const bound = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...bound(parameters)),
    run: (parameters: readonly unknown[]) => statement.run(...bound(parameters)),
    iterate: (parameters: readonly unknown[]) => database.prepare(sql).iterate(...bound(parameters)),
  }
}
