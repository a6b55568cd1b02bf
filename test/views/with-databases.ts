import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { openViews } from '../../coordinator/views/open-views.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { forgetful, type Postgres, startPostgres } from './start-postgres.ts'

export const engines = ['node:sqlite', 'PostgreSQL'] as const
export type Engine = (typeof engines)[number]

type Views = Awaited<ReturnType<typeof openViews>>

/** Gives a test file a PostgreSQL server of its own, and new, empty databases of either engine. */
export function withDatabases() {
  const open: Views[] = []
  let postgres: Postgres | undefined
  beforeAll(async () => {
    postgres = await startPostgres(scratchDir('postgres'), forgetful)
    // The first time PostgreSQL may have to be fetched.
  }, 300_000)
  afterAll(async () => {
    await Promise.all(open.map(db => db.destroy()))
    await postgres?.stop()
  })

  /** Where a new, empty database of this engine is: what `openViews` takes. */
  async function newPlace(engine: Engine) {
    const file = join(scratchDir('views'), 'views.sqlite')
    return engine === 'node:sqlite' ? { file } : { file, databaseUrl: await postgres!.createDatabase() }
  }

  async function openPlace(place: Awaited<ReturnType<typeof newPlace>>): Promise<Views> {
    const db = await openViews(place)
    open.push(db)
    return db
  }

  return { newPlace, openPlace, openNew: async (engine: Engine) => openPlace(await newPlace(engine)) }
}
