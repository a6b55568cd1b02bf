import { fileURLToPath } from 'node:url'
import { JsonRpcProvider } from 'ethers'
import { depositFor } from '../../scenarios/consortium/order-task.ts'
import { startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { readConfig } from '../../stack/config.ts'

const program = (name: string) => fileURLToPath(new URL(`../coordinator/programs/${name}.ts`, import.meta.url))
/** Of each agent. */
export const stake = 100_000_000n

export interface CountingOptions {
  readonly dir: string
  /** Of the configuration, what is not as usual. */
  readonly env?: Readonly<Record<string, string>>
  /** What the office has in escrow. */
  readonly deposited?: bigint
}

export type Counting = Awaited<ReturnType<typeof startCounting>>

/** A consortium of an office, and of three domains that count letters for it, the last of which lies; and their chain, to be read. */
export async function startCounting({ dir, env = {}, deposited = 100_000_000n }: CountingOptions) {
  const [module, clerk] = [program('counter'), program('clerk')]
  const cast = [
    { domainId: 'office', name: 'Office', agents: [{ module: clerk, stake }] },
    { domainId: 'one', name: 'One', agents: [{ module, stake }] },
    { domainId: 'two', name: 'Two', agents: [{ module, stake }] },
    { domainId: 'liar', name: 'Liar', agents: [{ module, stake, fault: 'lie' as const }] },
  ]
  const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn', ...env })
  const consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'office', deposited)
  const provider = new JsonRpcProvider(consortium.stack.urls.chain, undefined, {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  return {
    consortium,
    provider,
    async stop() {
      provider.destroy()
      await consortium.stop()
    },
  }
}
