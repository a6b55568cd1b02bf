import { openViews, viewsPlace } from '../coordinator/views/open-views.ts'
import { startProjection } from '../coordinator/views/project.ts'
import { ParameterCache } from '../registry/parameter-cache.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { connectRedis } from '../stack/redis.ts'
import { runProcess } from '../stack/run-process.ts'
import { onShutdown } from '../stack/shutdown.ts'
import { startOperator } from './serve.ts'

/**
 * The operator's API as a process of its own, with the read model that it shows: `NATS_URL`, `NATS_CREDS`, `ENTENTE_KEY`
 * for what the operator signs, `DATABASE_URL` or `ENTENTE_DATA` for where the read model is, `REDIS_URL` for where
 * several of these count requests together and the consortium's parameters are cached, `ETH_RPC_URL` for a node that is read
 * for what governance may do.
 */
await runProcess('operator', async ({ config, log, required, connect }) => {
  const { privateKey } = readKeyFile(required('ENTENTE_KEY'))
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
