import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Address } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { PoolList } from './pool-list.ts'

/** Each says so often how many keys it numbers for... */
const SAY_MS = 1_000
/** ...and is thought of for so long. */
const HEARD_MS = 3_500
/** Between two keys that are given up: until then the others have said what they have now. */
const GIVE_MS = 3_000

const Said = z.object({ writer: z.string(), held: z.record(z.string(), z.int()) })

export type ShareOptions = {
  readonly nc: NatsConnection
  readonly writer: string
  readonly pools: PoolList
  readonly signal: AbortSignal
  holds(key: Address): boolean
  load(key: Address): number
  /** Lets another have the numbers of a key. */
  giveUp(key: Address): Promise<void>
}

/** Gateways share the keys of each pool, so that none numbers for two more than another. */
export interface Share {
  /** Whether a key of a pool that nobody numbers for is rather another's. */
  yields(key: Address): boolean
  run(): Promise<void>
}

export function createShare({ nc, writer, pools, signal, ...options }: ShareOptions): Share {
  const others = new Map<string, { held: Readonly<Record<string, number>>; atMs: number }>()
  const heldOf = (name: string) => pools.get(name)!.filter(options.holds)

  /** How many keys of a pool the gateway has that has fewest of them; null when there is no other. */
  function fewest(name: string): number | null {
    const counts = [...others.values()]
      .filter(({ atMs }) => performance.now() - atMs < HEARD_MS)
      .flatMap(({ held }) => held[name] ?? [])
    return counts.length === 0 ? null : Math.min(...counts)
  }

  function say(): void {
    const held = Object.fromEntries([...pools.keys()].map(name => [name, heldOf(name).length]))
    nc.publish(subjects.chainPools, JSON.stringify({ writer, held }))
  }

  async function giveOne(): Promise<boolean> {
    for (const name of pools.keys()) {
      const [held, least] = [heldOf(name), fewest(name)]
      if (least === null || held.length - least < 2) continue
      await options.giveUp(held.reduce((a, b) => (options.load(b) < options.load(a) ? b : a)))
      return true
    }
    return false
  }

  return {
    yields(key) {
      const name = [...pools].find(([, keys]) => keys.includes(key))?.[0]
      const least = name === undefined ? null : fewest(name)
      return least !== null && heldOf(name!).length > least
    },
    async run() {
      const heard = nc.subscribe(subjects.chainPools, {
        callback: (error, message) => {
          const said = error ? null : parseJson(Said, message.data)
          if (said && said.writer !== writer) others.set(said.writer, { held: said.held, atMs: performance.now() })
        },
      })
      let nextMs = performance.now() + GIVE_MS
      while (!signal.aborted) {
        say()
        if (performance.now() >= nextMs && (await giveOne())) nextMs = performance.now() + GIVE_MS
        await sleep(SAY_MS, undefined, { signal }).catch(() => {})
      }
      heard.unsubscribe()
    },
  }
}
