import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Kysely } from 'kysely'
import { explainError } from '../../protocol/errors.ts'
import type { Log } from '../../stack/log.ts'
import { alignCursors } from './align-cursors.ts'
import { followSource } from './follow-source.ts'
import { Intake } from './intake.ts'
import type { Views } from './schema.ts'
import { type Source, sources } from './sources.ts'

const RETRY_MS = 500
const POLL_MS = 5

export type Projection = {
  /** Resolves when all that was in the streams at the time of the call is in the read model. */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}

export type ProjectionOptions = {
  nc: NatsConnection
  /** As `openViews` gives it. */
  db: Kysely<Views>
  log: Log
}

/**
 * Keeps the read model up to date with the streams. Rows and the place in the stream are stored in one transaction, so
 * each message counts once, whatever stops when; any number of processes may do this for one database.
 *
 * Deleting the database is safe: it is filled again from the beginning.
 */
export function startProjection({ nc, db, log }: ProjectionOptions): Projection {
  const stopping = new AbortController()
  const { signal } = stopping
  const places = new Map<string, number>()
  const intake = new Intake({ db, log, signal })

  async function follow(source: Source): Promise<void> {
    for await (const seq of followSource({ nc, db, intake, source, signal })) places.set(source.stream, seq)
  }

  /** Does it, and does it again when it fails or `again` says so, until this is stopped. */
  async function keepTrying(work: () => Promise<void>, again: 'until done' | 'for ever'): Promise<void> {
    while (!signal.aborted && !nc.isClosed()) {
      try {
        await work()
        if (again === 'until done') return
      } catch (error) {
        if (signal.aborted) return
        log.warn(`the read model waits: ${explainError(error)}`)
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  async function run(): Promise<void> {
    await keepTrying(() => alignCursors(nc, db), 'until done')
    await Promise.all(sources.map(source => keepTrying(() => follow(source), 'for ever')))
  }

  async function caughtUp(): Promise<void> {
    const jsm = await jetstreamManager(nc, { checkAPI: false })
    for (const { stream } of sources) {
      const { state } = await jsm.streams.info(stream)
      while ((places.get(stream) ?? -1) < state.last_seq && state.messages > 0 && !signal.aborted) await sleep(POLL_MS)
    }
  }

  const running = run()
  return {
    caughtUp,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
