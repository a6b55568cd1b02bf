import { parseParameters } from '../protocol/consortium.ts'
import { ParameterCache } from '../registry/parameter-cache.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { askChainInfo } from '../stack/chain-info.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { openRedis } from '../stack/redis.ts'
import { runProcess } from '../stack/run-process.ts'
import { onShutdown } from '../stack/shutdown.ts'
import { startCoordinator } from './coordinator.ts'
import { limitsOf } from './limits.ts'
import { modelIn } from './model/model-in.ts'

/**
 * A coordinator as a process of its own: `NATS_URL`, `NATS_CREDS`, `ENTENTE_KEY` for what it signs, `REDIS_URL` for where the
 * consortium's parameters are cached, `OPENAI_*` for a model.
 */
await runProcess('coordinator', async ({ config, log, required, connect }) => {
  const limits = limitsOf(config)
  const parameters = parseParameters(config.ENTENTE_PARAMETERS ?? '')
  const { privateKey } = readKeyFile(required('ENTENTE_KEY'))
  const nc = await connect()
  const chain = await askChainInfo(nc)
  const { ENTENTE_SETTLEMENT: settlement } = config
  const model = modelIn(config)
  const redis = config.REDIS_URL === undefined ? undefined : openRedis(config.REDIS_URL)
  onShutdown(() => redis?.disconnect())
  const cache = redis && new ParameterCache(redis, log)
  const options = { nc, log, chain, privateKey, parameters, cache, limits, settlement, model }
  const coordinator = await startCoordinator(options)
  onShutdown(() => coordinator.stop())
  announceReady({})
  log.info('at work')
})
