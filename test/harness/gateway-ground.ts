import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NatsConnection } from '@nats-io/nats-core'
import { HDNodeWallet, JsonRpcProvider, Mnemonic, Wallet } from 'ethers'
import { ABIS, type Addresses } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import { deploy } from '../../contracts/deploy.ts'
import { ROLES } from '../../contracts/roles.ts'
import { sendAll } from '../../contracts/send-all.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Address } from '../../protocol/ids.ts'
import { connectBus } from '../../stack/bus.ts'
import { issueCreds } from '../../stack/bus-user.ts'
import { type EmbeddedChain, startAnvil } from '../../stack/embedded/anvil.ts'
import { type EmbeddedNats, startNats } from '../../stack/embedded/nats.ts'
import { type Child, type ProcessOptions, startProcess } from '../../stack/process.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { type HandMining, mineByHand } from './mine-by-hand.ts'

const usualBlockTimeS = 0.25
/** Never, as far as a test goes. */
const aDayS = 86_400
const gatewayMain = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))

export type GatewayStart = Partial<Pick<ProcessOptions, 'name' | 'onDeath'>> & {
  readonly chainUrl?: string
  readonly finalityBlocks?: number
  readonly env?: Readonly<Record<string, string>>
}

/** A bus and a chain with the contracts, each a process of its own, and as many gateways as are started. */
export interface Ground {
  readonly nats: EmbeddedNats
  readonly chain: EmbeddedChain
  /** Null where anvil makes blocks by itself. */
  readonly mining: HandMining | null
  readonly nc: NatsConnection
  readonly registry: Address
  readonly addresses: Addresses
  readonly relayer: Address
  /** May mint tokens; the gateways have its key. */
  readonly governor: Address
  /** As intents name who mints: the governor, or a pool of keys that may all do so... */
  readonly minter: ChainIntent['from']
  /** ...and whose numbers that uses. */
  readonly senders: readonly HDNodeWallet[]
  /** A tenant of the gateway with a key of its own. */
  readonly tower: Address
  /** For processes on this bus. */
  readonly credsFile: string
  readonly dir: string
  /** An account with funds that nobody else uses; a new one each time. */
  freshAccount(): HDNodeWallet
  startGateway(start?: GatewayStart): Promise<Child<unknown>>
}

export interface GroundOptions {
  readonly blockTimeS: number
  /** Whether blocks are made by this process, not by anvil. */
  readonly byHand: boolean
  /** Whether the chain is there again after its node was killed. */
  readonly lasting: boolean
  /** Keys that mint: with several the gateways have a pool of them. */
  readonly signers: number
}

export async function withGround<T>(
  use: (ground: Ground) => Promise<T>,
  { blockTimeS = usualBlockTimeS, byHand = false, lasting = true, signers = 1 }: Partial<GroundOptions> = {},
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'entente-ground-'))
  const ends: (() => Promise<unknown>)[] = []
  const ending = <S extends { stop(): Promise<unknown> }>(started: S): S => {
    ends.unshift(() => started.stop())
    return started
  }
  try {
    return await use(await prepare(dir, { blockTimeS, byHand, lasting, signers }, ending))
  } finally {
    for (const end of ends) await end()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function prepare(
  dir: string,
  { blockTimeS, byHand, lasting, signers }: GroundOptions,
  ending: <S extends { stop(): Promise<unknown> }>(started: S) => S,
): Promise<Ground> {
  const nats = ending(await startNats({ dir: join(dir, 'nats') }))
  const chain = ending(await startAnvil({ dir: join(dir, 'chain'), blockTimeS: byHand ? aDayS : blockTimeS, lasting }))
  const rpc = connectRpc(chain.url, { timeoutMs: 10_000 })
  const mining = byHand ? ending(mineByHand(rpc, blockTimeS * 1_000)) : null
  const account = { accountPublicKey: nats.trust.account.publicKey, signingSeed: nats.trust.signingSeed }
  const creds = await issueCreds(account, { name: 'ground', permissions: {}, ttlSeconds: 24 * 3_600 })
  const nc = await connectBus({ url: nats.url, creds, name: 'ground' })
  ending({ stop: () => nc.close() })
  await ensureStreams(nc, { replicas: 1 })
  const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(chain.accounts.mnemonic), chain.accounts.path)
  const accounts = chain.accounts.addresses.map((_, index) => parent.deriveChild(index))
  const [deployer, governor, relayer, tower] = accounts.splice(0, 4) as [
    ...[HDNodeWallet, HDNodeWallet, HDNodeWallet, HDNodeWallet],
  ]
  const roles = { governor: governor.address, settler: governor.address, logKeeper: governor.address }
  const keys = { deployerKey: deployer.privateKey, treasury: governor.address }
  const { registry, addresses } = await deploy({ rpcUrl: chain.url, ...keys, ...roles })
  const [credsFile, keysFile] = [join(dir, 'ground.creds'), join(dir, 'keys.json')]
  writeFileSync(credsFile, creds, { mode: 0o600 })
  const pool = signers > 1 ? accounts.splice(0, signers) : []
  const inPool = pool.map((wallet, index) => [`minter-${index + 1}`, wallet] as const)
  if (pool.length > 0) await makeGovernors(chain.url, governor, addresses, pool)
  const held = {
    ...Object.fromEntries(inPool.map(([name, { privateKey }]) => [name, privateKey])),
    ...{ relayer: relayer.privateKey, governor: governor.privateKey, tower: tower.privateKey },
  }
  writeFileSync(keysFile, JSON.stringify(held), { mode: 0o600 })

  async function startGateway({
    chainUrl = chain.url,
    finalityBlocks = 0,
    env: more = {},
    ...place
  }: GatewayStart = {}) {
    const env = {
      ...{ NATS_URL: nats.url, NATS_CREDS: credsFile, ETH_RPC_URL: chainUrl, CONTRACT_REGISTRY: registry },
      ...{ ENTENTE_KEYS: keysFile, FINALITY_BLOCKS: `${finalityBlocks}`, LOG_LEVEL: 'warn' },
      ...(pool.length > 0 && { ENTENTE_SIGNER_POOLS: `minters:${inPool.map(([name]) => name).join('+')}` }),
      ...more,
    }
    return ending(await startProcess({ name: 'gateway', entry: gatewayMain, env, dir, ...place }))
  }
  return {
    ...{ nats, chain, mining, nc, dir, addresses, credsFile, startGateway },
    registry: registry.toLowerCase() as Address,
    relayer: addressOf(relayer),
    governor: addressOf(governor),
    tower: addressOf(tower),
    minter: pool.length > 0 ? 'pool:minters' : addressOf(governor),
    senders: pool.length > 0 ? pool : [governor],
    freshAccount: () => accounts.shift()!,
  }
}

/** As ids have it. */
export function addressOf({ address }: Pick<HDNodeWallet, 'address'>): Address {
  return address.toLowerCase() as Address
}

/** Lets accounts do what the governor may. */
async function makeGovernors(
  rpcUrl: string,
  governor: HDNodeWallet,
  { AccessManager: to }: Addresses,
  accounts: readonly HDNodeWallet[],
): Promise<void> {
  const provider = new JsonRpcProvider(rpcUrl, undefined, { staticNetwork: true })
  const grants = accounts.map(({ address }) => {
    const data = encodeCall(ABIS.AccessManager, 'grantRole', [ROLES.governor, address as Address, 0])
    return { what: `make ${address} a governor`, to, data, gasLimit: 200_000n }
  })
  try {
    await sendAll(new Wallet(governor.privateKey, provider), grants)
  } finally {
    provider.destroy()
  }
}
