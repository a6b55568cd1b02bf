import type { SubmitTask } from '../../../protocol/commands.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { progress } from '../progress.ts'
import { awaitProofs } from './await-proofs.ts'
import { type ChainConsortium, orderChains, submitAll } from './chain-consortium.ts'
import { type Level, levelLimitMs, type WarmUp } from './levels.ts'

/** Settling and proving what a level left: not measured, and out of the next one's way. */
const restLimitMs = 60_000

export interface Ran {
  readonly ids: ReadonlySet<Hex>
  /** When the orders were sent. */
  readonly startedMs: number
}

/** Orders so many chains at a time, and runs them. */
export async function runChains(consortium: ChainConsortium, level: Level, doing: string): Promise<Ran> {
  progress(`${doing}, ${level.inFlight} in flight: ordering`)
  return runOrders(consortium, await orderChains(consortium, level), doing)
}

/**
 * Sends orders, and waits until the task of each is proven, or they have lasted too long.
 * @param doing said while they run
 */
export async function runOrders(
  consortium: ChainConsortium,
  orders: readonly SubmitTask[],
  doing: string,
): Promise<Ran> {
  const startedMs = Date.now()
  const ids = await submitAll(consortium, orders)
  const leftMs = startedMs + levelLimitMs + restLimitMs - Date.now()
  await awaitProofs(consortium.nc, ids, leftMs, proven =>
    progress(`${doing}, ${orders.length} in flight: ${proven} of ${orders.length} tasks proven`),
  )
  return { ids, startedMs }
}

/** Runs many chains, again and again, for as long as every system may. */
export async function warmUp(consortium: ChainConsortium, { many, forMs }: WarmUp, system: string): Promise<void> {
  const untilMs = Date.now() + forMs
  do await runChains(consortium, many, `${system}, warming up`)
  while (Date.now() < untilMs)
}
