import { parseParameters } from '../protocol/consortium.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { askChainInfo } from '../stack/chain-info.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { runProcess } from '../stack/run-process.ts'
import { onShutdown } from '../stack/shutdown.ts'
import { startCoordinator } from './coordinator.ts'
import { limitsOf } from './limits.ts'
import { modelIn } from './model/model-in.ts'

/** A coordinator as a process of its own: `NATS_URL`, `NATS_CREDS`, `ENTENTE_KEY` for what it signs, `OPENAI_*` for a model. */
await runProcess('coordinator', async ({ config, log, required, connect }) => {
  const limits = limitsOf(config)
  const parameters = parseParameters(config.ENTENTE_PARAMETERS ?? '')
  const { privateKey } = readKeyFile(required('ENTENTE_KEY'))
  const nc = await connect()
  const chain = await askChainInfo(nc)
  const { ENTENTE_SETTLEMENT: settlement } = config
  const model = modelIn(config)
  const coordinator = await startCoordinator({ nc, log, chain, privateKey, parameters, limits, settlement, model })
  onShutdown(() => coordinator.stop())
  announceReady({})
  log.info('at work')
})
