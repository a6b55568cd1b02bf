import { deploy } from '../../contracts/deploy.ts'
import { regulatorTenant } from '../../protocol/freeze.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { type Config, gatewayNames } from '../../stack/config.ts'
import { ensureStreams } from '../../stack/streams.ts'
import type { Accounts } from './accounts.ts'
import type { ConsortiumOptions, Later } from './consortium-options.ts'
import { employ } from './employ.ts'
import { given } from './given.ts'
import type { Ground } from './lay-ground.ts'
import { keepSecret } from './start-processes.ts'

/** Contracts on the chain, the gateway to it, and the directory of what it says. */
export async function startCore(
  { config, cast, dir, onStep }: ConsortiumOptions,
  { stack, accounts, coordinatorKey, nc, log, start }: Ground,
  later: Later,
) {
  onStep('deploying the contracts')
  const { governor, treasury, regulator } = accounts
  const [{ registry }, employees] = await Promise.all([
    deploy({
      rpcUrl: stack.urls.chain,
      deployerKey: governor.privateKey,
      governor: governor.address,
      settler: coordinatorKey.address,
      directSettler: coordinatorKey.address,
      logKeeper: coordinatorKey.address,
      compliance: regulator.address,
      treasury: treasury.address,
    }),
    employ(cast, dir),
    ensureStreams(nc, { replicas: config.NATS_REPLICAS }),
  ])
  await start('gateway', {
    // anvil says new heads.
    ETH_RPC_URL: config.ETH_RPC_URL ?? `${stack.urls.chain}+ws`,
    CONTRACT_REGISTRY: registry,
    FINALITY_BLOCKS: `${config.FINALITY_BLOCKS}`,
    ...given(config, gatewayNames),
    REDIS_URL: stack.urls.redis,
    ENTENTE_KEYS: keepSecret(dir, 'gateway.json', JSON.stringify(signersOf(accounts, config))),
  })
  const [chain, directory] = await Promise.all([askChainInfo(nc), followDirectory({ nc, log })])
  later(() => directory.stop())
  return { chain, directory, employees }
}

export type Core = Awaited<ReturnType<typeof startCore>>

function signersOf(accounts: Accounts, { ENTENTE_SETTLEMENT }: Config): Record<string, string> {
  const { relayer, governor, regulator, admins, settler, tower } = accounts
  const ofBatches = ENTENTE_SETTLEMENT === 'batch' ? Object.entries({ settler, tower }) : []
  return Object.fromEntries([
    ...ofBatches.map(([name, { privateKey }]) => [name, privateKey]),
    ['relayer', relayer.privateKey],
    ['governor', governor.privateKey],
    [regulatorTenant, regulator.privateKey],
    ...[...admins].map(([domainId, { privateKey }]) => [domainId, privateKey]),
  ])
}
