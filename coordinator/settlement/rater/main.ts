import { z } from 'zod'
import { subjects } from '../../../protocol/subjects.ts'
import { announceReady } from '../../../stack/announce-ready.ts'
import { connectChain } from '../../../stack/chain.ts'
import { askChainInfo } from '../../../stack/chain-info.ts'
import { readerIn } from '../../../stack/node-list.ts'
import { runProcess } from '../../../stack/run-process.ts'
import { serve } from '../../../stack/serve.ts'
import { onShutdown } from '../../../stack/shutdown.ts'
import { openChainReader } from '../chain-reader.ts'
import { startRater } from './rater.ts'

/**
 * A rater as a process of its own: `NATS_URL`, `NATS_CREDS`, `ETH_RPC_URL` for a node that it reads by itself;
 * `ENTENTE_RATE_COUNT` and `ENTENTE_RATE_SECONDS` say when ratings are due. It has no key: the gateway's relayer sends.
 */
await runProcess('rater', async ({ config, log, required, connect }) => {
  const provider = await connectChain(readerIn(required('ETH_RPC_URL')))
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
