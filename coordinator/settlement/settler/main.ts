import type { Address } from '../../../protocol/ids.ts'
import { announceReady } from '../../../stack/announce-ready.ts'
import { connectChain } from '../../../stack/chain.ts'
import { askChainInfo } from '../../../stack/chain-info.ts'
import { readKeyFile } from '../../../stack/key-file.ts'
import { readerIn } from '../../../stack/node-list.ts'
import { runMain } from '../../../stack/run-main.ts'
import { onShutdown } from '../../../stack/shutdown.ts'
import { openChainReader } from '../chain-reader.ts'
import { startSettler } from './settler.ts'

/** `ENTENTE_KEY` signs checkpoints of the evidence log; `ETH_RPC_URL` is a node that it reads by itself. */
const self = {
  name: 'settler',
  does: 'Settles tasks by batches.',
  needs: ['ETH_RPC_URL', 'ENTENTE_ACCOUNT', 'ENTENTE_KEY'],
  reads: ['FINALITY_BLOCKS', 'ENTENTE_SETTLE_TASKS', 'ENTENTE_SETTLE_SECONDS'],
} as const

await runMain(import.meta, self, async ({ config, log, connect }) => {
  const account = config.ENTENTE_ACCOUNT.toLowerCase() as Address
  const { privateKey } = readKeyFile(config.ENTENTE_KEY)
  const provider = await connectChain(readerIn(config.ETH_RPC_URL))
  onShutdown(() => provider.destroy())
  const nc = await connect()
  const chain = await askChainInfo(nc)
  const reader = openChainReader(provider, chain)
  const when = { tasks: config.ENTENTE_SETTLE_TASKS, seconds: config.ENTENTE_SETTLE_SECONDS }
  const confirmations = config.FINALITY_BLOCKS
  const settler = await startSettler({ nc, log, chain, reader, account, privateKey, confirmations, ...when })
  onShutdown(() => settler.stop())
  announceReady({})
  log.info({ account, ...when }, 'settling')
})
