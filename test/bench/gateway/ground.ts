import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NatsConnection } from '@nats-io/nats-core'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { deploy } from '../../../contracts/deploy.ts'
import type { Address } from '../../../protocol/ids.ts'
import { connectBus } from '../../../stack/bus.ts'
import { issueCreds } from '../../../stack/bus-user.ts'
import { startAnvil } from '../../../stack/embedded/anvil.ts'
import { startNats } from '../../../stack/embedded/nats.ts'
import { startProcess } from '../../../stack/process.ts'
import { ensureStreams } from '../../../stack/streams.ts'

export const blockTimeS = 0.25
const gatewayMain = fileURLToPath(new URL('../../../gateway/main.ts', import.meta.url))

/** A bus, a chain with the contracts, and one gateway, each a process of its own. */
export interface Ground {
  readonly chainUrl: string
  readonly nc: NatsConnection
  readonly registry: Address
  readonly relayer: Address
  /** An account with funds that nobody else uses; a new one each time. */
  freshAccount(): HDNodeWallet
  readonly pids: Readonly<Record<'nats-server' | 'anvil' | 'gateway', number>>
}

export async function withGround<T>(use: (ground: Ground) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'entente-bench-gateway-'))
  const ends: (() => Promise<unknown>)[] = []
  const ending = <S extends { stop(): Promise<unknown> }>(started: S): S => {
    ends.unshift(() => started.stop())
    return started
  }
  try {
    const nats = ending(await startNats({ dir: join(dir, 'nats') }))
    const chain = ending(await startAnvil({ dir: join(dir, 'chain'), blockTimeS }))
    const account = { accountPublicKey: nats.trust.account.publicKey, signingSeed: nats.trust.signingSeed }
    const creds = await issueCreds(account, { name: 'bench', permissions: {}, ttlSeconds: 3_600 })
    const nc = await connectBus({ url: nats.url, creds, name: 'bench' })
    ends.unshift(() => nc.close())
    await ensureStreams(nc, { replicas: 1 })
    const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(chain.accounts.mnemonic), chain.accounts.path)
    const accounts = chain.accounts.addresses.map((_, index) => parent.deriveChild(index))
    const [deployer, relayer] = accounts.splice(0, 2) as [HDNodeWallet, HDNodeWallet]
    const { registry } = await deploy({
      rpcUrl: chain.url,
      deployerKey: deployer.privateKey,
      governor: deployer.address,
      settler: deployer.address,
      logKeeper: deployer.address,
      treasury: deployer.address,
    })
    const [credsFile, keysFile] = [join(dir, 'bench.creds'), join(dir, 'keys.json')]
    writeFileSync(credsFile, creds, { mode: 0o600 })
    writeFileSync(keysFile, JSON.stringify({ relayer: relayer.privateKey }), { mode: 0o600 })
    const env = {
      NATS_URL: nats.url,
      NATS_CREDS: credsFile,
      ETH_RPC_URL: chain.url,
      CONTRACT_REGISTRY: registry,
      ENTENTE_KEYS: keysFile,
      FINALITY_BLOCKS: '0',
      LOG_LEVEL: 'warn',
    }
    const gateway = ending(await startProcess({ name: 'gateway', entry: gatewayMain, env, dir }))
    return await use({
      chainUrl: chain.url,
      nc,
      registry: registry.toLowerCase() as Address,
      relayer: relayer.address.toLowerCase() as Address,
      freshAccount: () => accounts.shift()!,
      pids: { 'nats-server': nats.pid, anvil: chain.pid, gateway: gateway.pid },
    })
  } finally {
    for (const end of ends) await end()
    rmSync(dir, { recursive: true, force: true })
  }
}
