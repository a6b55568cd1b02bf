import { openViews, viewsPlace } from '../coordinator/views/open-views.ts'
import { startProjection } from '../coordinator/views/project.ts'
import { ParameterCache } from '../registry/parameter-cache.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { connectRedis } from '../stack/redis.ts'
import { runMain } from '../stack/run-main.ts'
import { onShutdown } from '../stack/shutdown.ts'
import { startOperator } from './serve.ts'

const self = {
  name: 'operator',
  does: 'Serves the API, from a read model that it keeps.',
  needs: ['ENTENTE_KEY'],
  reads: [
    'ENTENTE_HOST',
    'ENTENTE_PORT',
    'ENTENTE_DATA',
    'DATABASE_URL',
    'REDIS_URL',
    'ETH_RPC_URL',
    'ENTENTE_PARAMETERS',
  ],
} as const

await runMain(import.meta, self, async ({ config, log, connect }) => {
  const { privateKey } = readKeyFile(config.ENTENTE_KEY)
  const nc = await connect()
  const db = await openViews(viewsPlace(config))
  onShutdown(() => db.destroy())
  // Any number of these may run on one database: each message of the streams is counted once.
  const projection = startProjection({ nc, db, log })
  onShutdown(() => projection.stop())
  const redis = config.REDIS_URL ? await connectRedis(config.REDIS_URL) : null
  onShutdown(() => redis?.disconnect())
  const cache = redis ? new ParameterCache(redis, log) : undefined
  const { url, stop } = await startOperator({ nc, db, config, log, privateKey, cache, ...(redis ? { redis } : {}) })
  onShutdown(stop)
  announceReady({ url })
  log.info({ url }, 'at work')
})
