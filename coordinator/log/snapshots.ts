import { promisify } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { constants, gunzip, gzip } from 'node:zlib'
import { type KV, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Hex } from '../../protocol/hash.ts'
import { buckets } from '../../protocol/subjects.ts'
import type { Log } from '../../stack/log.ts'
import { type KeptTask, keep, recall } from '../flow/kept-task.ts'
import type { Logged } from './logged.ts'
import { rulesVersion } from './rules-version.ts'

/** A log is written down as a whole each time that it has grown by so many events... */
const everyEvents = 512
/** ...and a long one each time that it has grown by so much of itself: else the longest would be written down most often. */
const growth = 1 / 4
/** Of a NATS message; a task that is larger still is read from its log. */
const maxBytes = 900_000

/** The entries themselves are in the log. */
type Kept = Omit<Logged, 'last' | 'stamp' | 'task'> & { readonly task: KeptTask }

const [pack, unpack] = [promisify(gzip), promisify(gunzip)]

/**
 * Tasks as they were at some place of their logs, so that a long log need not be read from its beginning. They may be
 * missing, and are only believed when the very same rules made them: what counts is the log.
 */
export class Snapshots {
  readonly #kv: KV
  readonly #log: Log

  private constructor(kv: KV, log: Log) {
    this.#kv = kv
    this.#log = log
  }

  static async open(nc: NatsConnection, log: Log): Promise<Snapshots> {
    return new Snapshots(await new Kvm(nc).open(buckets.snapshots), log)
  }

  async read(taskId: Hex): Promise<Logged | null> {
    const entry = await this.#kv.get(taskId)
    if (!entry || entry.length === 0) return null
    try {
      const { rules, logged } = deserialize(await unpack(entry.value)) as { rules: string; logged: Kept }
      return rules === rulesVersion ? { ...logged, task: recall(logged.task), last: null } : null
    } catch (error) {
      this.#log.warn({ err: error, taskId }, 'a snapshot that cannot be read was passed over')
      return null
    }
  }

  /** Keeps the task, now and then, and lets go of one whose end is recorded. Nobody waits for it. */
  note(before: number, logged: Logged): void {
    const grown = timesKept(logged.task.length) > timesKept(before)
    if (!grown && !logged.task.proven) return
    const done = logged.task.proven ? this.#drop(logged) : this.#keep(logged)
    done.catch((error: unknown) => this.#log.warn({ err: error, taskId: logged.task.taskId }, 'no snapshot was kept'))
  }

  async #keep({ last: _, stamp: __, task, ...rest }: Logged): Promise<void> {
    const logged: Kept = { ...rest, task: keep(task) }
    const bytes = await pack(serialize({ rules: rulesVersion, logged }), { level: constants.Z_BEST_SPEED })
    if (bytes.length <= maxBytes) await this.#kv.put(task.taskId, bytes)
  }

  async #drop({ task }: Logged): Promise<void> {
    if (task.length >= everyEvents) await this.#kv.purge(task.taskId)
  }
}

/** How often a log has been written down by the time that it has so many events. */
function timesKept(events: number): number {
  const long = everyEvents / growth
  return events < long
    ? Math.floor(events / everyEvents)
    : Math.floor(long / everyEvents + Math.log(events / long) / Math.log(1 + growth))
}
