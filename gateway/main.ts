import { explainError } from '../protocol/errors.ts'
import type { Address } from '../protocol/ids.ts'
import { announceReady } from '../stack/announce-ready.ts'
import { gatewayNames } from '../stack/config.ts'
import { parseNodeList } from '../stack/node-list.ts'
import { openRedis } from '../stack/redis.ts'
import { runMain } from '../stack/run-main.ts'
import { onShutdown, shutDown } from '../stack/shutdown.ts'
import { treeLimitsOf } from './anchors/tree-limits.ts'
import { startGateway } from './gateway.ts'
import { openSigners } from './keys/key-list.ts'
import { lanePolicyOf } from './lane/lane-policy.ts'
import { openMeter } from './limits/meter.ts'
import { tenantLimitsOf } from './limits/tenant-limits.ts'
import { openNodes } from './nodes/nodes.ts'
import { serveNodes } from './nodes/serve-nodes.ts'
import { poolListOf } from './pools/pool-list.ts'
import { checkProfile } from './profiles/check-profile.ts'
import { patient } from './rpc.ts'

const self = {
  name: 'gateway',
  does: 'Sends to the chain, and watches it, for all the others.',
  needs: ['ETH_RPC_URL', 'CONTRACT_REGISTRY', 'ENTENTE_KEYS'],
  reads: [...gatewayNames, 'FINALITY_BLOCKS', 'REDIS_URL'],
} as const

await runMain(import.meta, self, async ({ config, log, connect }) => {
  const redis = config.REDIS_URL === undefined ? undefined : openRedis(config.REDIS_URL)
  onShutdown(() => redis?.disconnect())
  const signers = await openSigners(config.ENTENTE_KEYS)
  const nc = await connect()
  // The configuration is known to be such a list.
  const list = parseNodeList(config.ETH_RPC_URL)!
  const named = config.ENTENTE_CHAIN_PROFILE
  const nodes = await openNodes({ list, finalityBlocks: config.FINALITY_BLOCKS, named, log })
  onShutdown(() => nodes.stop())
  const { profile } = nodes.chosen
  await checkProfile(patient(nodes.rpc, { timeoutMs: 10_000 }), nodes.chosen, {
    unchecked: patient(nodes.unchecked, { timeoutMs: 10_000 }),
    named,
    finalityBlocks: config.FINALITY_BLOCKS,
    readers: list.filter(({ roles }) => roles.includes('reader')).length,
    batchGas: config.ENTENTE_BATCH_TENANTS === undefined ? null : BigInt(config.ENTENTE_BATCH_GAS),
    account: signers.relayer,
    log,
  })
  const gateway = await startGateway({
    nc,
    rpc: nodes.rpc,
    heads: nodes.heads,
    contractRegistry: config.CONTRACT_REGISTRY.toLowerCase() as Address,
    signers,
    finalityBlocks: config.FINALITY_BLOCKS,
    profile,
    meter: openMeter(tenantLimitsOf(config), redis),
    batches: lanePolicyOf(config),
    trees: treeLimitsOf(config),
    pools: poolListOf(config, signers),
    webhookReach: config.ENTENTE_WEBHOOK_REACH,
    log,
    onHalt: reason => {
      log.fatal({ err: reason }, explainError(reason))
      void shutDown(1)
    },
  })
  onShutdown(() => gateway.stop())
  serveNodes(nc, nodes, log)
  announceReady({ relayer: signers.relayer })
  const { relayer, byAddress } = signers
  log.info({ relayer, signers: byAddress.size, profile: profile.name }, 'at work')
})
