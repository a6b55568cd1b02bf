import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Kysely } from 'kysely'
import { inTurn, tableNames } from './ensure-tables.ts'
import type { Views } from './schema.ts'
import { sources } from './sources.ts'

/**
 * Makes sure that what is stored comes from the streams that are there. When one of them was made anew since (another
 * bus, a data folder that was removed), everything is emptied and begins at the beginning.
 */
export async function alignCursors(nc: NatsConnection, db: Kysely<Views>): Promise<void> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const there = await Promise.all(
    sources.map(async ({ stream }) => ({ stream, created: (await jsm.streams.info(stream)).created, seq: 0 })),
  )
  await inTurn(db, async trx => {
    const kept = await trx.selectFrom('cursors').selectAll().execute()
    const isKept = (stream: string, created: string) =>
      kept.some(cursor => cursor.stream === stream && cursor.created === created)
    if (there.every(({ stream, created }) => isKept(stream, created))) return
    for (const table of tableNames) await trx.deleteFrom(table as 'cursors').execute()
    await trx.insertInto('cursors').values(there).execute()
  })
}
