import { readFileSync } from 'node:fs'
import { EntenteError, explainError } from '../protocol/errors.ts'
import type { Address } from '../protocol/ids.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { connectBus } from '../stack/bus.ts'
import { type Config, readConfig } from '../stack/config.ts'
import { openLog } from '../stack/log.ts'
import { onShutdown, shutDown } from '../stack/shutdown.ts'
import { startGateway } from './gateway.ts'
import { readSigners } from './keys.ts'
import { connectRpc } from './rpc.ts'

/** A node that is well answers in milliseconds. */
const RPC_TIMEOUT_MS = 5_000

/**
 * Runs the gateway as a process of its own. NATS_URL, NATS_CREDS, ETH_RPC_URL, CONTRACT_REGISTRY and ENTENTE_KEYS say
 * where and with whose keys, FINALITY_BLOCKS when a block counts.
 */
const config = readConfig(process.env)
const log = openLog('gateway', config)
const signers = readSigners(required('ENTENTE_KEYS'))
const nc = await connectBus({
  url: required('NATS_URL'),
  name: 'gateway',
  log,
  ...(config.NATS_CREDS === undefined ? {} : { creds: readFileSync(config.NATS_CREDS, 'utf8') }),
})
onShutdown(() => nc.close())
const gateway = await startGateway({
  nc,
  rpc: connectRpc(required('ETH_RPC_URL'), { timeoutMs: RPC_TIMEOUT_MS }),
  contractRegistry: required('CONTRACT_REGISTRY').toLowerCase() as Address,
  signers,
  finalityBlocks: config.FINALITY_BLOCKS,
  log,
  onHalt: reason => {
    log.fatal({ err: reason }, explainError(reason))
    void shutDown(1)
  },
})
onShutdown(() => gateway.stop())
announceReady({ relayer: signers.relayer })
log.info({ relayer: signers.relayer, signers: signers.byAddress.size }, 'at work')

function required<N extends keyof Config>(name: N): NonNullable<Config[N]> {
  const value = config[name]
  if (value === undefined) throw new EntenteError('CONFIG_INVALID', `${name} is not set, and the gateway needs it`)
  return value as NonNullable<Config[N]>
}
