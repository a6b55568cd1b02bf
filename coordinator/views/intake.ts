import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery, type Kysely, type Transaction } from 'kysely'
import type { Log } from '../../stack/log.ts'
import type { StreamMessage } from '../../stack/stream-message.ts'
import type { Change } from './change.ts'
import { Draft } from './draft.ts'
import type { Views } from './schema.ts'
import { type Source, sources } from './sources.ts'
import { Statements } from './statements.ts'

/** What streams have within this is written together: what happens is mostly in several of them. */
const joinMs = 5

/** Messages of one stream that was read up to `after` before; in order, at least one. */
interface Part {
  readonly source: Source
  readonly batch: readonly StreamMessage[]
  readonly after: number
}

interface Waiting extends Part {
  readonly resolve: (place: number | null) => void
  readonly reject: (error: unknown) => void
}

interface IntakeOptions {
  readonly db: Kysely<Views>
  readonly log: Log
  /** From when on it does not wait any more for what else comes. */
  readonly signal: AbortSignal
}

/** Takes streams into the read model: what several bring at one time in one transaction, and those a few times a second. */
export class Intake {
  readonly #options: IntakeOptions
  readonly #statements: Statements
  readonly #lock: string
  #waiting: Waiting[] = []
  #isAtWork = false
  #restUntilMs = 0

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#statements = new Statements(options.db)
    const stream = ''
    const lock = options.db.updateTable('cursors').set({ stream }).where('stream', '=', stream).returning('seq')
    // To build a statement takes longer than to run it.
    this.#lock = lock.compile().sql
  }

  /** How long nothing will be written; what comes until then can wait for it together. */
  restMs(): number {
    return Math.max(0, this.#restUntilMs - performance.now())
  }

  /** @returns the stream's new place, once it is stored; null when its cursor stands before `after` */
  take(part: Part): Promise<number | null> {
    const { promise, resolve, reject } = Promise.withResolvers<number | null>()
    this.#waiting.push({ ...part, resolve, reject })
    if (!this.#isAtWork) void this.#work()
    return promise
  }

  async #work(): Promise<void> {
    const { signal } = this.#options
    this.#isAtWork = true
    while (this.#waiting.length > 0) {
      const waitMs = this.restMs() + joinMs
      if (restMsAfter(this.#waiting) > 0) await sleep(waitMs, undefined, { signal }).catch(() => {})
      // Cursors are locked in the same order in every process, so that none waits for one that waits for it.
      const place = ({ source }: Part) => sources.indexOf(source)
      await this.#write(this.#waiting.splice(0).sort((a, b) => place(a) - place(b)))
    }
    this.#isAtWork = false
  }

  async #write(parts: readonly Waiting[]): Promise<void> {
    try {
      const places = await this.#options.db.transaction().execute(trx => this.#takeIn(trx, parts))
      this.#restUntilMs = performance.now() + restMsAfter(parts)
      for (const [index, { resolve }] of parts.entries()) resolve(places[index]!)
    } catch (error) {
      if (parts.length === 1) return parts[0]!.reject(error)
      // What is wrong with one of them does not stop the others.
      for (const part of parts) await this.#write([part])
    }
  }

  async #takeIn(trx: Transaction<Views>, parts: readonly Part[]): Promise<(number | null)[]> {
    const places: (number | null)[] = []
    const draft = new Draft(trx, this.#statements)
    const counts = new Map<Source, number>()
    for (const { source, batch, after } of parts) {
      const { stream } = source
      // A write that changes nothing: it takes the lock that makes other processes wait, and those find it done.
      const { rows } = await trx.executeQuery<{ seq: number }>(CompiledQuery.raw(this.#lock, [stream, stream]))
      const [cursor] = rows
      const seq = cursor && cursor.seq >= after ? Math.max(cursor.seq, batch.at(-1)!.seq) : null
      places.push(seq)
      if (seq === null) continue
      const fresh = batch.filter(message => message.seq > cursor!.seq)
      let count = counts.get(source) ?? (await source.count?.(trx)) ?? 0
      const meant = fresh.map(message => {
        const changes = this.#meaning(source, message, count)
        count += changes.length
        return changes
      })
      counts.set(source, count)
      await draft.take(meant.flat())
      await draft.take([{ set: 'cursors', key: { stream }, to: { seq } }])
    }
    await draft.write()
    return places
  }

  /** The bus is shared with strangers: a message that is not what it should be must not stop the rest. */
  #meaning({ stream, rows }: Source, message: StreamMessage, count: number): Change[] {
    try {
      return rows(message, count)
    } catch (error) {
      const { seq, subject } = message
      this.#options.log.error({ stream, seq, subject, err: error }, 'a message means nothing to us')
      return []
    }
  }
}

/**
 * From one transaction to the next. One that writes much writes pages that the next would write again, and nobody sees it all;
 * and who is far behind does not wait.
 */
function restMsAfter(parts: readonly Part[]): number {
  const isBehind = parts.some(({ batch }) => batch.at(-1)!.info.pending >= 256)
  const messages = parts.reduce((sum, { batch }) => sum + batch.length, 0)
  return isBehind ? 0 : messages < 6 ? 50 : 250
}
