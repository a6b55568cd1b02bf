import type { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import { openPage, sealPage } from './sealed-page.ts'

/** In this process, in characters. */
const nearChars = 16 * 1_048_576
/** In Redis there are as many places, and no more: at most 64 Mi characters, whoever asks for what. */
const places = 512
const pageChars = 128 * 1_024
const lifeS = 30
/** So long a Redis that is away, or slow, is not asked again. */
const pauseMs = 1_000

/** What became of a read: found here, or in Redis, or neither. */
const outcomes = ['unchanged', 'near', 'shared', 'made', 'moved'] as const
type Outcome = (typeof outcomes)[number]

/** One answer to one question at one place of the read model. */
export interface PageName {
  /** Says all that the answer follows from. */
  readonly tag: string
  /** Hash of the question alone, as 8 hexadecimal digits or more: an answer takes the place of the one before it. */
  readonly question: string
}

interface PageCacheOptions {
  /** Where several operators keep them together; without it each keeps its own. */
  readonly redis?: Redis | undefined
  /** As `pageKeyOf` gives it. */
  readonly key: Buffer
  /** How long Redis is waited for. */
  readonly patienceMs: number
}

/**
 * Pages that were answered, for a short time. A page is found by its tag alone, which says all that it follows from, so none is
 * ever out of date; and what is lost of them, Redis included, costs a query each.
 */
export class PageCache {
  readonly #redis: Redis | undefined
  readonly #key: Buffer
  readonly #patienceMs: number
  readonly #near = new LRUCache<string, string>({
    maxSize: nearChars,
    maxEntrySize: pageChars,
    ttl: lifeS * 1_000,
    sizeCalculation: body => body.length + 1,
  })
  readonly #counts = new Map<Outcome | 'lost', number>()
  #pausedUntilMs = 0

  constructor({ redis, key, patienceMs }: PageCacheOptions) {
    this.#redis = redis
    this.#key = key
    this.#patienceMs = patienceMs
  }

  async find({ tag, question }: PageName): Promise<string | null> {
    const near = this.#near.get(tag)
    if (near !== undefined) {
      this.count('near')
      return near
    }
    const sealed = await this.#ask(redis => redis.getBuffer(placeOf(question)))
    const body = sealed ? openPage(this.#key, tag, sealed) : null
    if (body === null) return null
    this.#near.set(tag, body)
    this.count('shared')
    return body
  }

  /** Does not wait for Redis. */
  keep({ tag, question }: PageName, body: string): void {
    this.count('made')
    if (body.length > pageChars) return
    this.#near.set(tag, body)
    void this.#ask(redis => redis.set(placeOf(question), sealPage(this.#key, tag, body), 'EX', lifeS))
  }

  count(what: Outcome | 'lost'): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  /** Since this process began: reads by what became of them, and how often Redis gave no answer. */
  figures(): { reads: Record<Outcome, number>; lost: number } {
    const of = (what: Outcome | 'lost') => this.#counts.get(what) ?? 0
    return {
      reads: Object.fromEntries(outcomes.map(each => [each, of(each)])) as Record<Outcome, number>,
      lost: of('lost'),
    }
  }

  async #ask<T>(ask: (redis: Redis) => Promise<T>): Promise<T | null> {
    if (!this.#redis || performance.now() < this.#pausedUntilMs) return null
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('slow')), this.#patienceMs)
    try {
      return await Promise.race([ask(this.#redis), late.promise])
    } catch {
      this.count('lost')
      this.#pausedUntilMs = performance.now() + pauseMs
      return null
    } finally {
      clearTimeout(timer)
    }
  }
}

function placeOf(question: string): string {
  return `entente:pages:${Number.parseInt(question.slice(0, 8), 16) % places}`
}
