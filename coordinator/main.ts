import { parseParameters } from '../protocol/consortium.ts'
import { ParameterCache } from '../registry/parameter-cache.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { askChainInfo } from '../stack/chain-info.ts'
import { limitNames } from '../stack/config.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { openRedis } from '../stack/redis.ts'
import { runMain } from '../stack/run-main.ts'
import { onShutdown } from '../stack/shutdown.ts'
import { startCoordinator } from './coordinator.ts'
import { limitsOf } from './limits.ts'
import { modelIn } from './model/model-in.ts'

const self = {
  name: 'coordinator',
  does: 'Breaks tasks into subtasks, gives them to agents, and settles and proves what comes of it.',
  needs: ['ENTENTE_KEY'],
  reads: [...limitNames, 'ENTENTE_SETTLEMENT', 'REDIS_URL', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL'],
} as const

await runMain(import.meta, self, async ({ config, log, connect }) => {
  const limits = limitsOf(config)
  const parameters = parseParameters(config.ENTENTE_PARAMETERS ?? '')
  const { privateKey } = readKeyFile(config.ENTENTE_KEY)
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
