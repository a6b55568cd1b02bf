import { z } from 'zod'
import { subjects } from '../../../protocol/subjects.ts'
import { announceReady } from '../../../stack/announce-ready.ts'
import { connectChain } from '../../../stack/chain.ts'
import { askChainInfo } from '../../../stack/chain-info.ts'
import { readerIn } from '../../../stack/node-list.ts'
import { runMain } from '../../../stack/run-main.ts'
import { serve } from '../../../stack/serve.ts'
import { onShutdown } from '../../../stack/shutdown.ts'
import { openChainReader } from '../chain-reader.ts'
import { startRater } from './rater.ts'

/** It has no key: the gateway's relayer sends. */
const self = {
  name: 'rater',
  does: "Writes to the chain's reputation registry what settled tasks say of their agents.",
  needs: ['ETH_RPC_URL'],
  reads: ['ENTENTE_RATE_COUNT', 'ENTENTE_RATE_SECONDS'],
} as const

await runMain(import.meta, self, async ({ config, log, connect }) => {
  const provider = await connectChain(readerIn(config.ETH_RPC_URL))
  onShutdown(() => provider.destroy())
  const nc = await connect()
  const chain = await askChainInfo(nc)
  const when = { ratings: config.ENTENTE_RATE_COUNT, seconds: config.ENTENTE_RATE_SECONDS }
  const rater = await startRater({ nc, log, chain, reader: openChainReader(provider, chain), ...when })
  onShutdown(() => rater.stop())
  const service = { subject: subjects.raterFigures, schema: z.unknown(), log }
  serve(nc, service, async () => ({ ...rater.figures() }))
  // Whoever is told that it is ready may ask at once.
  await nc.flush()
  announceReady({})
  log.info({ ...rater.figures(), ...when }, 'rating')
})
