import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'
import { ParameterChange } from './chain-parameters.ts'

/** What a process knew of the consortium's parameters, for the next one that starts. */
export const ParameterSnapshot = z
  .object({
    /** Place in the stream of the chain's events of the last change. */
    sequence: z.int().min(1),
    changes: z.array(ParameterChange).min(1),
  })
  .refine(
    ({ changes }) => changes.every(({ revision }, index) => revision === index + 1),
    'counts from 1, none left out',
  )
export type ParameterSnapshot = z.infer<typeof ParameterSnapshot>

const KEPT_S = 30 * 86_400

const KEEP_NEWER = `
local kept = redis.call('HGET', KEYS[1], 'sequence')
if kept and tonumber(kept) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'sequence', ARGV[1], 'snapshot', ARGV[2])
return redis.call('EXPIRE', KEYS[1], ARGV[3])`

/**
 * The consortium's parameters in Redis, where processes that start find them. Nothing is in it that is not in the log, and
 * whoever takes it goes on reading the log from where it ends: it saves reading, and decides nothing. While Redis is away
 * there is no snapshot, and that is all.
 */
export class ParameterCache {
  readonly #redis: Redis
  readonly #log: Log

  constructor(redis: Redis, log: Log) {
    this.#redis = redis
    this.#log = log
  }

  /** @param created when the stream was made: what was read from another one is not found */
  async read(created: string): Promise<ParameterSnapshot | null> {
    try {
      const text = await this.#redis.hget(keyOf(created), 'snapshot')
      return text === null ? null : parseJson(ParameterSnapshot, Buffer.from(text))
    } catch (error) {
      this.#log.debug({ err: error }, 'the parameters are read from the log alone')
      return null
    }
  }

  /** Never puts older in place of newer, whoever is late. */
  async keep(created: string, snapshot: ParameterSnapshot): Promise<void> {
    const { sequence } = snapshot
    try {
      await this.#redis.eval(KEEP_NEWER, 1, keyOf(created), sequence, JSON.stringify(snapshot), KEPT_S)
    } catch (error) {
      this.#log.debug({ err: error }, 'the parameters are not cached now')
    }
  }

  /** Calls back each time Redis is there again. */
  onBack(take: () => void): () => void {
    this.#redis.on('ready', take)
    return () => this.#redis.off('ready', take)
  }
}

function keyOf(created: string): string {
  return `entente:parameters:${created}`
}
