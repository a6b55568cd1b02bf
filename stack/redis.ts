import { Redis } from 'ioredis'
import { EntenteError } from '../protocol/errors.ts'

const CONNECT_TIMEOUT_MS = 5_000
const MAX_RECONNECT_DELAY_MS = 2_000

/** A server that is there and silent counts as lost after this. */
const COMMAND_TIMEOUT_MS = 1_000

/** As `connectRedis`, for who can do without: a server that is away is no error, and is used as soon as it comes. */
export function openRedis(url: string): Redis {
  const redis = createClient(url)
  redis.on('error', () => {})
  redis.connect().catch(() => {})
  return redis
}

/**
 * Connects to Redis. Later losses are repaired in the background; until then commands fail at once instead of
 * waiting, and after a second without an answer, because what is kept there is only a cache and its reader has another way.
 *
 * @throws EntenteError REDIS_UNREACHABLE
 */
export async function connectRedis(url: string): Promise<Redis> {
  const redis = createClient(url)
  // Without a listener every lost connection would be printed; callers see it in the command that fails.
  let lastError: Error | undefined
  redis.on('error', error => {
    lastError = error
  })
  try {
    await redis.connect()
    return redis
  } catch (cause) {
    redis.disconnect()
    const why = (lastError ?? (cause as Error)).message
    throw new EntenteError('REDIS_UNREACHABLE', `Redis at ${new URL(url).host}: ${why}`, { cause })
  }
}

function createClient(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: attempt => Math.min(attempt * 50, MAX_RECONNECT_DELAY_MS),
  })
}
