import { readFileSync } from 'node:fs'
import { EntenteError } from '../protocol/errors.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { connectBus } from '../stack/bus.ts'
import { askChainInfo } from '../stack/chain-info.ts'
import { readConfig } from '../stack/config.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { openLog } from '../stack/log.ts'
import { onShutdown } from '../stack/shutdown.ts'
import { startCoordinator } from './coordinator.ts'
import { defaultTerms } from './terms.ts'

/** A coordinator as a process of its own: `NATS_URL`, `NATS_CREDS`, and `ENTENTE_KEY` for what it signs. */
const config = readConfig(process.env)
if (!config.NATS_URL || !config.ENTENTE_KEY) {
  throw new EntenteError('CONFIG_INVALID', 'a coordinator needs NATS_URL and ENTENTE_KEY')
}
const log = openLog('coordinator', config)
const nc = await connectBus({
  url: config.NATS_URL,
  name: 'coordinator',
  log,
  ...(config.NATS_CREDS ? { creds: readFileSync(config.NATS_CREDS, 'utf8') } : {}),
})
const { privateKey } = readKeyFile(config.ENTENTE_KEY)
const coordinator = await startCoordinator({
  nc,
  log,
  chain: await askChainInfo(nc),
  privateKey,
  terms: defaultTerms,
})
onShutdown(async () => {
  await coordinator.stop()
  await nc.close()
})
announceReady({})
