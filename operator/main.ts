import { readFileSync } from 'node:fs'
import { openViews, viewsPlace } from '../coordinator/views/open-views.ts'
import { startProjection } from '../coordinator/views/project.ts'
import { EntenteError } from '../protocol/errors.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { connectBus } from '../stack/bus.ts'
import { readConfig } from '../stack/config.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { openLog } from '../stack/log.ts'
import { onShutdown } from '../stack/shutdown.ts'
import { startOperator } from './serve.ts'

/**
 * The operator's API as a process of its own, with the read model that it shows: `NATS_URL`, `NATS_CREDS`, `ENTENTE_KEY`
 * for what the operator signs, `DATABASE_URL` or `ENTENTE_DATA` for where the read model is.
 */
const config = readConfig(process.env)
if (!config.NATS_URL || !config.ENTENTE_KEY) {
  throw new EntenteError('CONFIG_INVALID', 'the operator needs NATS_URL and ENTENTE_KEY')
}
const log = openLog('operator', config)
onShutdown(() => log.info('ended'))
const { privateKey } = readKeyFile(config.ENTENTE_KEY)
const nc = await connectBus({
  url: config.NATS_URL,
  name: 'operator',
  log,
  ...(config.NATS_CREDS ? { creds: readFileSync(config.NATS_CREDS, 'utf8') } : {}),
})
onShutdown(() => nc.close())
const db = await openViews(viewsPlace(config))
onShutdown(() => db.destroy())
// Any number of these may run on one database: each message of the streams is counted once.
const projection = startProjection({ nc, db, log })
onShutdown(() => projection.stop())
const { url, stop } = await startOperator({ nc, db, config, log, privateKey })
onShutdown(stop)
announceReady({ url })
log.info({ url }, 'at work')
