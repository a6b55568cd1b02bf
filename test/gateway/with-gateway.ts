import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/nats-core'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { beforeAll } from 'vitest'
import { type Deployment, deploy } from '../../contracts/deploy.ts'
import { treeLimitsOf } from '../../gateway/anchors/tree-limits.ts'
import { type Gateway, startGateway } from '../../gateway/gateway.ts'
import type { GatewayOptions } from '../../gateway/gateway-options.ts'
import { openSigners } from '../../gateway/keys/key-list.ts'
import type { Signers } from '../../gateway/keys/signer.ts'
import { lanePolicyOf } from '../../gateway/lane/lane-policy.ts'
import { openMeter } from '../../gateway/limits/meter.ts'
import { tenantLimitsOf } from '../../gateway/limits/tenant-limits.ts'
import { connectRpc, type Rpc } from '../../gateway/rpc.ts'
import type { Address } from '../../protocol/ids.ts'
import { readConfig } from '../../stack/config.ts'
import type { ChainAccounts } from '../../stack/embedded/chain-accounts.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { type TestStack, withStack } from '../harness/with-stack.ts'

/** What the tests of a file share, once its servers are up. */
export interface World {
  readonly servers: TestStack
  readonly deployment: Deployment
  readonly nc: NatsConnection
  readonly rpc: Rpc
  readonly governor: Address
  readonly signers: Signers
  readonly keysFile: string
}

export interface TestGateway {
  world(): World
  /** Starts a gateway in this process; `rpc` may go through something that fails. */
  start(options?: Partial<GatewayOptions>): Promise<Gateway>
}

/** A chain that somebody else started. */
export interface ChainElsewhere {
  readonly url: string
  readonly rpc: Rpc
  readonly accounts: ChainAccounts
}

/**
 * A test file's own servers with streams, contracts on chain, and the keys of a relayer and the governor.
 *
 * @param elsewhere instead of an anvil of its own
 */
export function withGateway(env: Record<string, string> = {}, elsewhere?: ChainElsewhere): TestGateway {
  const servers = withStack(elsewhere === undefined ? env : { ...env, ETH_RPC_URL: elsewhere.url })
  let made: World | undefined

  beforeAll(async () => {
    const accounts = elsewhere?.accounts ?? servers.stack.chainAccounts!
    const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(accounts.mnemonic), accounts.path)
    const [deployer, governor, relayer] = [0, 1, 2].map(index => parent.deriveChild(index)) as [
      HDNodeWallet,
      HDNodeWallet,
      HDNodeWallet,
    ]
    const nc = await servers.connect('test')
    const roles = { governor: governor.address, settler: governor.address, logKeeper: governor.address }
    const [deployment] = await Promise.all([
      deploy({
        rpcUrl: servers.stack.urls.chain,
        deployerKey: deployer.privateKey,
        treasury: governor.address,
        ...roles,
      }),
      ensureStreams(nc, { replicas: 1 }),
    ])
    const keysFile = join(servers.dir, 'keys.json')
    const keys = { relayer: relayer.privateKey, governor: governor.privateKey }
    writeFileSync(keysFile, JSON.stringify(keys), { mode: 0o600 })
    made = {
      servers,
      deployment,
      nc,
      rpc: elsewhere?.rpc ?? connectRpc(servers.stack.urls.chain, { timeoutMs: 2_000 }),
      governor: governor.address.toLowerCase() as Address,
      signers: await openSigners(keysFile),
      keysFile,
    }
  })

  const world = () => {
    if (made === undefined) throw new Error('the world is there in tests and hooks only')
    return made
  }

  async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
    const { nc, rpc, signers, deployment } = world()
    return startGateway({
      nc,
      rpc,
      signers,
      contractRegistry: deployment.registry.toLowerCase() as Address,
      finalityBlocks: 1,
      webhookReach: 'site',
      batches: lanePolicyOf(readConfig({})),
      trees: treeLimitsOf(readConfig({})),
      meter: openMeter(tenantLimitsOf({})),
      log: openLog('gateway', { LOG_LEVEL: 'info' }, join(servers.dir, 'gateway.log')),
      onHalt: reason => {
        throw reason
      },
      ...options,
    })
  }

  return { world, start }
}
