import type { Kysely } from 'kysely'
import type { TableName, Views } from './schema.ts'
import { sources } from './sources.ts'

/** The streams that these tables are made from. */
export function streamsOf(tables: readonly TableName[]): string[] {
  return sources.filter(source => source.tables.some(table => tables.includes(table))).map(({ stream }) => stream)
}

/**
 * How far the read model has come with streams, as a text. Tables follow from their streams up to there: as long as it is the
 * same, they are the same, in every database and whoever fills it.
 *
 * @returns null where a stream's place is not known yet
 */
export function placeReader(db: Kysely<Views>): (streams: readonly string[]) => Promise<string | null> {
  // To build a statement takes longer than to run it.
  const query = db.selectFrom('cursors').selectAll().compile()
  return async streams => {
    const { rows } = await db.executeQuery(query)
    const places = streams.map(stream => {
      const found = rows.find(cursor => cursor.stream === stream)
      return found && `${stream} ${found.created} ${found.seq}`
    })
    return places.includes(undefined) ? null : places.join('\n')
  }
}
