import type { Address } from '../../../protocol/ids.ts'
import { announceReady } from '../../../stack/announce-ready.ts'
import { connectChain } from '../../../stack/chain.ts'
import { askChainInfo } from '../../../stack/chain-info.ts'
import { readKeyFile } from '../../../stack/key-file.ts'
import { readerIn } from '../../../stack/node-list.ts'
import { runProcess } from '../../../stack/run-process.ts'
import { onShutdown } from '../../../stack/shutdown.ts'
import { openChainReader } from '../chain-reader.ts'
import { startSettler } from './settler.ts'

/**
 * A settler as a process of its own: `NATS_URL`, `NATS_CREDS`, `ETH_RPC_URL` for a node that it reads by itself,
 * `ENTENTE_ACCOUNT`, whose key the gateway has under the name `settler`, and `ENTENTE_KEY`, with which it signs checkpoints of
 * the evidence log; `ENTENTE_SETTLE_TASKS` and `ENTENTE_SETTLE_SECONDS` say when a batch is due.
 */
await runProcess('settler', async ({ config, log, required, connect }) => {
  const account = required('ENTENTE_ACCOUNT').toLowerCase() as Address
  const { privateKey } = readKeyFile(required('ENTENTE_KEY'))
  const provider = await connectChain(readerIn(required('ETH_RPC_URL')))
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
