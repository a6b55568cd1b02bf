import type { Redis } from 'ioredis'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { EntenteError } from '../../protocol/errors.ts'
import { limitOf, type TenantLimits } from './tenant-limits.ts'

const MINUTE_S = 60
const DAY_S = 24 * 60 * MINUTE_S

/** Counts the new messages of each tenant. */
export interface Meter {
  /** @throws EntenteError TENANT_OVER_LIMIT, which says when to come again */
  count(tenant: string): Promise<void>
  /** Takes back what was counted for a message that turned out not to be new. */
  uncount(tenant: string): Promise<void>
}

interface Window {
  readonly name: string
  readonly limits: ReadonlyMap<string, number>
  limiter(points: number): RateLimiterAbstract
}

/**
 * @param redis where gateways count together. While it is away each counts its own at once, from nothing; what is in it counts
 *   again as soon as it is back.
 */
export function openMeter({ perMinute, perDay }: TenantLimits, redis?: Redis): Meter {
  const windows = [windowOf('minute', MINUTE_S, perMinute, redis), windowOf('day', DAY_S, perDay, redis)]

  const limited = (tenant: string) =>
    windows.flatMap(({ name, limits, limiter }) => {
      const points = limitOf(limits, tenant)
      return points === undefined ? [] : [{ name, points, limiter: limiter(points) }]
    })

  return {
    async count(tenant) {
      const tried: RateLimiterAbstract[] = []
      for (const { name, points, limiter } of limited(tenant)) {
        tried.push(limiter)
        try {
          await limiter.consume(tenant)
        } catch (error) {
          if (!(error instanceof RateLimiterRes)) throw error
          // What is refused is not counted, in no window.
          await Promise.all(tried.map(each => each.reward(tenant)))
          const message = `${tenant} may send ${points} new messages in a ${name}`
          throw new EntenteError('TENANT_OVER_LIMIT', message, { retryAfterMs: error.msBeforeNext })
        }
      }
    },
    async uncount(tenant) {
      await Promise.all(limited(tenant).map(({ limiter }) => limiter.reward(tenant)))
    },
  }
}

/** One limiter for all tenants that have the same limit: there are as many as the configuration has numbers. */
function windowOf(
  name: string,
  duration: number,
  limits: ReadonlyMap<string, number>,
  redis: Redis | undefined,
): Window {
  const limiters = new Map<number, RateLimiterAbstract>()

  function create(points: number): RateLimiterAbstract {
    const options = { keyPrefix: `entente:tenant:${name}`, points, duration }
    const own = new RateLimiterMemory(options)
    if (redis === undefined) return own
    return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: own, rejectIfRedisNotReady: true })
  }

  return {
    name,
    limits,
    limiter(points) {
      const limiter = limiters.get(points) ?? create(points)
      limiters.set(points, limiter)
      return limiter
    },
  }
}
