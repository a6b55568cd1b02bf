import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'
import { ParameterChange } from './chain-parameters.ts'

/** What a process knew of the consortium's parameters, for the next one that starts. */
export const ParameterSnapshot = z
  .object({
    /** When the stream of the chain's events was made that this was read from: another one counts anew. */
    created: z.string(),
    /** Place in that stream of the last change. */
    sequence: z.int().min(1),
    changes: z.array(ParameterChange).min(1),
  })
  .refine(
    ({ changes }) => changes.every(({ revision }, index) => revision === index + 1),
    'counts from 1, none left out',
  )
export type ParameterSnapshot = z.infer<typeof ParameterSnapshot>

/** Keeps what was kept, unless the new one knows more of the same stream, or is of another stream. */
const KEEP_NEWER = `
local kept = redis.call('HMGET', KEYS[1], 'created', 'sequence')
if kept[1] == ARGV[1] and tonumber(kept[2]) >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'created', ARGV[1], 'sequence', ARGV[2], 'snapshot', ARGV[3])
return 1`

/**
 * The consortium's parameters in Redis, where processes that start find them. Nothing is in it that is not in the log, and
 * whoever takes it goes on reading the log from where it ends: it saves reading, and decides nothing. While Redis is away
 * there is no snapshot, and that is all.
 */
export class ParameterCache {
  readonly #redis: Redis
  readonly #key: string
  readonly #log: Log

  /** @param place which consortium's: chain and contract registry */
  constructor(redis: Redis, place: { chainId: number; contractRegistry: string }, log: Log) {
    this.#redis = redis
    this.#key = `entente:parameters:${place.chainId}:${place.contractRegistry.toLowerCase()}`
    this.#log = log
  }

  async read(): Promise<ParameterSnapshot | null> {
    try {
      const text = await this.#redis.hget(this.#key, 'snapshot')
      return text === null ? null : (parseJson(ParameterSnapshot, Buffer.from(text)) ?? null)
    } catch (error) {
      this.#log.debug({ err: error }, 'the parameters are read from the log alone')
      return null
    }
  }

  /** Never puts older in place of newer, whoever is late. */
  async keep(snapshot: ParameterSnapshot): Promise<void> {
    const { created, sequence } = snapshot
    try {
      await this.#redis.eval(KEEP_NEWER, 1, this.#key, created, sequence, JSON.stringify(snapshot))
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
