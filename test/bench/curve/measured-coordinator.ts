import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import { startProcess } from '../../../stack/process.ts'
import type { Memory } from '../../harness/settled-memory.ts'
import type { ChainConsortium } from '../coordinator/chain-consortium.ts'

const entry = fileURLToPath(new URL('../programs/measured-coordinator.ts', import.meta.url))
const limitMs = 300_000

/** What a coordinator has taken until now. */
export interface Cost extends Memory {
  /** From the connection to the bus until it sees to every open task. */
  readonly tookOverMs: number
  readonly cpuMs: number
  /** The most memory that its process has had. */
  readonly peakBytes: number
}

/** Starts a coordinator in the consortium's name, and waits until it has taken over. */
export async function startMeasuredCoordinator({ nc, stack, dir }: ChainConsortium) {
  const keys = join(dir, 'keys')
  const env = {
    NATS_URL: stack.urls.nats,
    NATS_CREDS: join(keys, 'bus.creds'),
    ENTENTE_KEY: join(keys, 'coordinator.json'),
    LOG_LEVEL: 'error',
  }
  const child = await startProcess({ name: 'measured-coordinator', entry, env, dir: join(dir, 'logs') })
  const standing = await standingCost(nc)
  return { standing, cost: () => askCost(nc), stop: () => child.stop() }
}

async function standingCost(nc: NatsConnection): Promise<Cost> {
  const giveUpMs = performance.now() + limitMs
  for (;;) {
    try {
      return await askCost(nc)
    } catch (error) {
      const isUp = !(error instanceof errors.RequestError && error.isNoResponders())
      if (isUp || performance.now() > giveUpMs) throw error
      await sleep(100)
    }
  }
}

async function askCost(nc: NatsConnection): Promise<Cost> {
  const answer = await nc.request('bench.cost', '', { timeout: 60_000 })
  return answer.json<Cost>()
}
