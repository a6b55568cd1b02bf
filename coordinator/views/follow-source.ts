import type { NatsConnection } from '@nats-io/nats-core'
import type { Kysely } from 'kysely'
import { readStream } from '../../stack/read-stream.ts'
import type { Intake } from './intake.ts'
import type { Views } from './schema.ts'
import type { Source } from './sources.ts'

type Following = { nc: NatsConnection; db: Kysely<Views>; intake: Intake; source: Source; signal: AbortSignal }

/**
 * Takes one stream into the read model, from where its cursor stands; gives the cursor each time it has moved. Ends
 * when the stream must be read anew from the cursor.
 */
export async function* followSource({ nc, db, intake, source, signal }: Following): AsyncGenerator<number> {
  const { stream } = source
  const cursor = await db.selectFrom('cursors').select('seq').where('stream', '=', stream).executeTakeFirstOrThrow()
  let place = cursor.seq
  yield place
  const gatherMs = () => intake.restMs()
  for await (const batch of readStream(nc, { stream, after: place, gatherMs, signal })) {
    if (batch.length === 0) continue
    const moved = await intake.take({ source, batch, after: place })
    // The tables were emptied meanwhile: what we have read is no longer what they lack.
    if (moved === null) return
    place = moved
    yield place
  }
}
