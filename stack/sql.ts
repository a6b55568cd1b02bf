import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { Pool, types } from 'pg'
import { EntenteError } from '../protocol/errors.ts'
import { nodeSqliteDialect } from './node-sqlite-dialect.ts'

const CONNECT_TIMEOUT_MS = 5_000
const MAX_CONNECTIONS = 10

export type SqlPlace = {
  /** PostgreSQL, when given. */
  databaseUrl?: string | undefined
  /** Else the file of the embedded engine; its folder is made. `:memory:` keeps nothing. */
  file: string
}

/**
 * Opens the read model's database; `destroy()` closes it. Both engines give the same rows for the same query: amounts
 * are text columns, whole numbers up to 2^53 are `number`, booleans are 0 and 1. A query fails with SQL_UNREACHABLE where PostgreSQL
 * takes no connection.
 *
 * @typeParam Tables columns by table name
 * @throws EntenteError SQL_UNREACHABLE
 */
export async function openSql<Tables>({ databaseUrl, file }: SqlPlace): Promise<Kysely<Tables>> {
  const where = databaseUrl === undefined ? file : `PostgreSQL at ${new URL(databaseUrl).host}`
  const dialect = databaseUrl === undefined ? openFile(file) : openPool(databaseUrl, where)
  const sql = new Kysely<Tables>({ dialect })
  try {
    await sql.executeQuery(CompiledQuery.raw('select 1'))
    return sql
  } catch (cause) {
    await sql.destroy()
    throw cause instanceof EntenteError ? cause : unreachable(where, cause)
  }
}

function openFile(file: string) {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  return nodeSqliteDialect(file)
}

function openPool(connectionString: string, where: string): PostgresDialect {
  const pool = new Pool({
    connectionString,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: {
      getTypeParser: (id, format) => (id === types.builtins.INT8 ? wholeNumber : types.getTypeParser(id, format)),
    },
  })
  // A connection that is lost while idle is replaced by the pool; unheard, the event would end the process.
  pool.on('error', () => {})
  const connect = () =>
    pool.connect().catch(cause => {
      throw unreachable(where, cause)
    })
  return new PostgresDialect({ pool: { options: pool.options, connect, end: () => pool.end() } })
}

// pg gives 64-bit integers as text; the embedded engine as numbers, and refuses those that do not fit.
function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number; keep it in a text column`)
  return value
}

function unreachable(where: string, cause: unknown): EntenteError {
  return new EntenteError('SQL_UNREACHABLE', `${where}: ${messageOf(cause)}`, { cause })
}

function messageOf(cause: unknown): string {
  // Node tries each address of a host name, and wraps the failures in an error with no message of its own.
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ')
  return cause instanceof Error ? cause.message : String(cause)
}
