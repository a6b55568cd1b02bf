import type { Log } from '../stack/log.ts'
import type { Bell } from './bell.ts'
import type { Contracts } from './contracts.ts'

export interface FollowRegistryOptions {
  readonly contracts: Pick<Contracts, 'refresh'>
  /** Rung when somebody says that the registry has changed. */
  readonly changes: Bell
  /** How often it is read though nobody has said so. */
  readonly everyMs: number
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Keeps the contracts as the registry has them, until the signal. A hint comes once, and may be lost on the bus or come while
 * the node is away: what it would have told is seen at the next reading.
 */
export async function followRegistry(options: FollowRegistryOptions): Promise<void> {
  const { contracts, changes, everyMs, log, signal } = options
  while (!signal.aborted) {
    await changes.wait(everyMs, signal)
    if (signal.aborted) return
    await contracts.refresh().catch(error => log.warn({ err: error }, 'the registry is read later'))
  }
}
