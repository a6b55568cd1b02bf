import { startCoordinator } from '../../../coordinator/coordinator.ts'
import { limitsOf } from '../../../coordinator/limits.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import { announceReady } from '../../../stack/announce-ready.ts'
import { askChainInfo } from '../../../stack/chain-info.ts'
import { limitNames } from '../../../stack/config.ts'
import { readKeyFile } from '../../../stack/key-file.ts'
import { runProcess } from '../../../stack/run-process.ts'
import { onShutdown } from '../../../stack/shutdown.ts'
import { settledMemory } from '../../harness/settled-memory.ts'
import type { Cost } from '../curve/measured-coordinator.ts'

const self = { name: 'coordinator', needs: ['ENTENTE_KEY'], reads: limitNames } as const

/** A coordinator like any other, which says on the bus what it has taken, once it stands. */
await runProcess(self, async ({ config, log, connect }) => {
  const { privateKey } = readKeyFile(config.ENTENTE_KEY)
  const nc = await connect()
  const chain = await askChainInfo(nc)
  announceReady({})
  // Far more tasks are open than a coordinator takes in by itself.
  const limits = { ...limitsOf(config), openTasks: 1_000_000, openTasksPerDomain: 1_000_000 }
  const startedMs = performance.now()
  const coordinator = await startCoordinator({ nc, log, chain, privateKey, parameters: usualParameters, limits })
  const tookOverMs = performance.now() - startedMs
  onShutdown(() => coordinator.stop())
  const cost = async (): Promise<Cost> => {
    // Before the collections that tell what is held: they take their share of the processor too.
    const { user, system } = process.cpuUsage()
    const memory = await settledMemory()
    const peakBytes = process.resourceUsage().maxRSS * 1_024
    return { tookOverMs, cpuMs: (user + system) / 1_000, peakBytes, ...memory }
  }
  nc.subscribe('bench.cost', {
    callback: (_, message) => void cost().then(answer => message.respond(JSON.stringify(answer))),
  })
})
