import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SubmitTask } from '../../../protocol/commands.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Onlooker } from '../../../scenarios/consortium/consortium-options.ts'
import { depositFor, orderTask, submit } from '../../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../../scenarios/consortium/start-consortium.ts'
import { readConfig } from '../../../stack/config.ts'
import type { Level } from './levels.ts'

const module = fileURLToPath(new URL('../programs/passer.ts', import.meta.url))
const price = 1_000n
const deadlineMs = 120_000

export interface ChainConsortium extends Consortium {
  /** Where its servers keep their data, and its processes their logs. */
  readonly dir: string
}

/** A consortium of two domains, each with an agent that does nothing; whole, but for who is left out. It is gone when `use` is done. */
export async function withChainConsortium<T>(
  use: (consortium: ChainConsortium) => Promise<T>,
  leftOut: readonly Onlooker[] = [],
): Promise<T> {
  const config = readConfig({ LOG_LEVEL: 'error', BLOCK_TIME_S: '0.25' })
  const dir = mkdtempSync(join(tmpdir(), 'entente-bench-'))
  const cast = ['first', 'second'].map(domainId => ({
    domainId,
    name: domainId,
    agents: [{ module, stake: 100_000_000n }],
  }))
  const onDeath = (death: Error) => {
    throw death
  }
  // The chain stands for nodes elsewhere: what anvil writes down each second for a restart is none of our work.
  const consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath, leftOut, lasting: false })
  try {
    await depositFor(consortium, 'first', 10_000_000_000n)
    return await use({ ...consortium, dir })
  } finally {
    await consortium.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

/**
 * Tasks whose steps come one after the other, ordered by signature and paid for like any others, but not sent: making orders
 * is the work of requesters, who have machines of their own.
 */
export function orderChains(consortium: Consortium, { inFlight, steps }: Level): Promise<SubmitTask[]> {
  const subtasks = Array.from({ length: steps }, (_, index) => ({
    id: `s-${index}`,
    skill: 'pass-on@1',
    after: index === 0 ? [] : [`s-${index - 1}`],
    input: index === 0 ? '{ n: `0` }' : `{ n: outputs."s-${index - 1}".n }`,
    deadlineMs,
  }))
  const template = { name: 'chain', version: '1.0.0', title: 'A chain', subtasks, output: `outputs."s-${steps - 1}"` }
  const budget = price * BigInt(steps) * 2n
  // Enough for every attempt to take all of its time, or the plan would be refused.
  const durationS = 600 + (steps * 2 * deadlineMs) / 1_000
  const wish = { domainId: 'first', goal: 'a chain', template, input: {}, budget, durationS }
  return Promise.all(Array.from({ length: inFlight }, () => orderTask(consortium, wish)))
}

/** Sends orders, all at once; the ids of their tasks. */
export async function submitAll(consortium: Consortium, orders: readonly SubmitTask[]): Promise<Set<Hex>> {
  return new Set(await Promise.all(orders.map(order => submit(consortium, order))))
}
