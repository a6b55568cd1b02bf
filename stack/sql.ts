import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { CompiledQuery, Kysely } from 'kysely'
import { EntenteError } from '../protocol/errors.ts'
import { nodeSqliteDialect } from './node-sqlite-dialect.ts'
import { postgresDialect } from './postgres-dialect.ts'

const usualSilenceMs = 30_000

export type SqlPlace = {
  /** PostgreSQL, when given. */
  databaseUrl?: string | undefined
  /** Else the file of the embedded engine; its folder is made. `:memory:` keeps nothing. */
  file: string
  /** How long PostgreSQL may take over one statement. */
  silentAfterMs?: number
}

/**
 * Opens the read model's database; `destroy()` closes it. Both engines give the same rows for the same query: amounts
 * are text columns, whole numbers up to 2^53 are `number`, booleans are 0 and 1. A query fails with SQL_UNREACHABLE where PostgreSQL
 * takes no connection, breaks it off, or says nothing for half a minute; the next is asked on another connection.
 *
 * @typeParam Tables columns by table name
 * @throws EntenteError SQL_UNREACHABLE
 */
export async function openSql<Tables>(place: SqlPlace): Promise<Kysely<Tables>> {
  const { databaseUrl, file, silentAfterMs = usualSilenceMs } = place
  const where = databaseUrl === undefined ? file : `PostgreSQL at ${new URL(databaseUrl).host}`
  const unreachable = (cause: unknown) =>
    new EntenteError('SQL_UNREACHABLE', `${where}: ${messageOf(cause)}`, { cause })
  const sql = new Kysely<Tables>({
    dialect:
      databaseUrl === undefined
        ? openFile(file)
        : postgresDialect({ connectionString: databaseUrl, silentAfterMs, unreachable }),
  })
  try {
    await sql.executeQuery(CompiledQuery.raw('select 1'))
    return sql
  } catch (cause) {
    await sql.destroy()
    throw cause instanceof EntenteError ? cause : unreachable(cause)
  }
}

function openFile(file: string) {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  return nodeSqliteDialect(file)
}

function messageOf(cause: unknown): string {
  // Node tries each address of a host name, and wraps the failures in an error with no message of its own.
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ')
  return cause instanceof Error ? cause.message : String(cause)
}
