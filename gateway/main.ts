import { explainError } from '../protocol/errors.ts'
import type { Address } from '../protocol/ids.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { openRedis } from '../stack/redis.ts'
import { runProcess } from '../stack/run-process.ts'
import { onShutdown, shutDown } from '../stack/shutdown.ts'
import { startGateway } from './gateway.ts'
import { readSigners } from './keys.ts'
import { openMeter } from './limits/meter.ts'
import { tenantLimitsOf } from './limits/tenant-limits.ts'
import { connectRpc } from './rpc.ts'

/** A node that is well answers in milliseconds. */
const RPC_TIMEOUT_MS = 5_000

/**
 * Runs the gateway as a process of its own. NATS_URL, NATS_CREDS, ETH_RPC_URL, CONTRACT_REGISTRY and ENTENTE_KEYS say
 * where and with whose keys, FINALITY_BLOCKS when a block counts, REDIS_URL where gateways
 * count together what tenants send.
 */
await runProcess('gateway', async ({ config, log, required, connect }) => {
  const redis = config.REDIS_URL === undefined ? undefined : openRedis(config.REDIS_URL)
  onShutdown(() => redis?.disconnect())
  const signers = readSigners(required('ENTENTE_KEYS'))
  const gateway = await startGateway({
    nc: await connect(),
    rpc: connectRpc(required('ETH_RPC_URL'), { timeoutMs: RPC_TIMEOUT_MS }),
    contractRegistry: required('CONTRACT_REGISTRY').toLowerCase() as Address,
    signers,
    finalityBlocks: config.FINALITY_BLOCKS,
    meter: openMeter(tenantLimitsOf(config), redis),
    webhookReach: config.ENTENTE_WEBHOOK_REACH,
    log,
    onHalt: reason => {
      log.fatal({ err: reason }, explainError(reason))
      void shutDown(1)
    },
  })
  onShutdown(() => gateway.stop())
  announceReady({ relayer: signers.relayer })
  log.info({ relayer: signers.relayer, signers: signers.byAddress.size }, 'at work')
})
