import { join } from 'node:path'
import { CamelCasePlugin, type Kysely } from 'kysely'
import type { Config } from '../../stack/config.ts'
import { openSql, type SqlPlace } from '../../stack/sql.ts'
import { ensureTables } from './ensure-tables.ts'
import type { Views } from './schema.ts'

/**
 * Opens the read model, with its tables made where they are not there yet; `destroy()` closes it. Columns are camelCase
 * here and snake_case in SQL.
 *
 * @throws EntenteError SQL_UNREACHABLE
 */
export async function openViews(place: SqlPlace): Promise<Kysely<Views>> {
  const sql = await openSql<Views>(place)
  const db = sql.withPlugin(new CamelCasePlugin())
  await ensureTables(db)
  return db
}

/** Where a process finds the read model: PostgreSQL where one is configured, else a file under the data folder. */
export function viewsPlace({ DATABASE_URL, ENTENTE_DATA }: Pick<Config, 'DATABASE_URL' | 'ENTENTE_DATA'>): SqlPlace {
  return { databaseUrl: DATABASE_URL, file: join(ENTENTE_DATA, 'views.sqlite') }
}
