import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Kysely, Transaction } from 'kysely'
import type { Log } from '../../stack/log.ts'
import { readStream } from '../../stack/read-stream.ts'
import type { Change } from './change.ts'
import { Draft } from './draft.ts'
import type { Views } from './schema.ts'
import type { Source } from './sources.ts'
import { Statements } from './statements.ts'

/**
 * A transaction takes as long as some messages of it, and people do not see that they come this much later. Where much happens
 * it writes much that the next would write again, and nobody sees it all.
 */
const gatherMs = (messages: number) => (messages < 3 ? 50 : 250)

type Taking = { trx: Transaction<Views>; statements: Statements; log: Log }
type Following = { nc: NatsConnection; db: Kysely<Views>; log: Log; source: Source; signal: AbortSignal }

/**
 * Takes one stream into the read model, from where its cursor stands; gives the cursor each time it has moved. Ends
 * when the stream must be read anew from the cursor.
 */
export async function* followSource({ nc, db, log, source, signal }: Following): AsyncGenerator<number> {
  const { stream } = source
  const statements = new Statements(db)
  const cursor = await db.selectFrom('cursors').select('seq').where('stream', '=', stream).executeTakeFirstOrThrow()
  let place = cursor.seq
  yield place
  for await (const batch of readStream(nc, { stream, after: place, gatherMs, signal })) {
    if (batch.length === 0) continue
    const moved = await db.transaction().execute(trx => takeIn({ trx, statements, log }, source, batch, place))
    // The tables were emptied meanwhile: what we have read is no longer what they lack.
    if (moved === null) return
    place = moved
    yield place
  }
}

/** @returns the new place, or null when the cursor stands before `place`, where this reader began */
async function takeIn({ trx, statements, log }: Taking, source: Source, batch: JsMsg[], place: number) {
  const { stream } = source
  // A write that changes nothing: it takes the lock that makes other processes wait, and those find it done.
  const cursor = await trx
    .updateTable('cursors')
    .set({ stream })
    .where('stream', '=', stream)
    .returning('seq')
    .executeTakeFirst()
  if (cursor === undefined || cursor.seq < place) return null
  const fresh = batch.filter(message => message.seq > cursor.seq)
  const draft = new Draft(trx, statements)
  await draft.take(fresh.flatMap(message => meaning(source, message, log)))
  await draft.write()
  const seq = Math.max(cursor.seq, batch.at(-1)!.seq)
  await trx.updateTable('cursors').set({ seq }).where('stream', '=', stream).execute()
  return seq
}

/** The bus is shared with strangers: a message that is not what it should be must not stop the rest. */
function meaning({ stream, rows }: Source, message: JsMsg, log: Log): Change[] {
  try {
    return rows(message)
  } catch (error) {
    log.error({ stream, seq: message.seq, subject: message.subject, err: error }, 'a message means nothing to us')
    return []
  }
}
