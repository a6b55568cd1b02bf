import { z } from 'zod'
import type { Address } from '../../../protocol/ids.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { announceReady } from '../../../stack/announce-ready.ts'
import { connectChain } from '../../../stack/chain.ts'
import { askChainInfo } from '../../../stack/chain-info.ts'
import { readerIn } from '../../../stack/node-list.ts'
import { runMain } from '../../../stack/run-main.ts'
import { serve } from '../../../stack/serve.ts'
import { onShutdown } from '../../../stack/shutdown.ts'
import { openChainReader } from '../chain-reader.ts'
import { startTower } from './tower.ts'

const self = {
  name: 'tower',
  does: 'Watches posted batches of settlements, and challenges wrong ones.',
  needs: ['ETH_RPC_URL', 'ENTENTE_ACCOUNT'],
} as const

await runMain(import.meta, self, async ({ config, log, connect }) => {
  const account = config.ENTENTE_ACCOUNT.toLowerCase() as Address
  const provider = await connectChain(readerIn(config.ETH_RPC_URL))
  onShutdown(() => provider.destroy())
  const nc = await connect()
  const chain = await askChainInfo(nc)
  const tower = await startTower({ nc, log, chain, reader: openChainReader(provider, chain), account })
  onShutdown(() => tower.stop())
  const service = { subject: subjects.towerFigures, schema: z.unknown(), log }
  serve(nc, service, async () => ({ ...tower.figures() }))
  // Whoever is told that it is ready may ask at once.
  await nc.flush()
  announceReady({})
  const { watched, waiting } = tower.figures()
  log.info({ account, watched, waiting }, 'watching')
})
