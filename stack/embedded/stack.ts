import { join } from 'node:path'
import { type BusAccount, issueCreds } from '../bus-user.ts'
import type { Config } from '../config.ts'
import { parseNodeList } from '../node-list.ts'
import { readSecretFile } from '../secret-file.ts'
import { servicePermissions } from '../service-permissions.ts'
import { startAnvil } from './anvil.ts'
import type { ChainAccounts } from './chain-accounts.ts'
import { startNats } from './nats.ts'
import { startRedis } from './redis.ts'
import type { EmbeddedServer, OnServerDeath } from './server-process.ts'

const OWN_CREDS_TTL_SECONDS = 365 * 24 * 3600

export type Stack = {
  urls: { nats: string; redis: string; chain: string }
  /** Text of a credentials file for processes of ours, by `servicePermissions`; absent on a bus elsewhere that has no `NATS_CREDS`. */
  busCreds?: string
  /** In whose name agents are admitted; absent on a bus elsewhere that has no `NATS_ACCOUNT`. */
  busAccount?: BusAccount
  /** Funded accounts; absent on a chain elsewhere. */
  chainAccounts?: ChainAccounts
  /** The servers started here. */
  servers: readonly EmbeddedServer[]
  /** Their process ids. */
  pids: number[]
  /** Stops all that was started here; resolves when no process of it is left. May be called twice. */
  stop(): Promise<void>
}

export type StackOptions = {
  dir: string
  onDeath?: OnServerDeath
  /** Whether a restart finds the embedded chain again. Yes, where nothing is said. */
  lasting?: boolean
}

/**
 * Starts the servers that the configuration does not point elsewhere, all at once, with their data under `dir`.
 * When one cannot start, those that did are stopped again.
 *
 * @throws EntenteError STACK_SERVER_MISSING, STACK_SERVER_DIED, or FILE_UNREADABLE for one that the configuration names
 */
export async function startStack(config: Config, { dir, onDeath, lasting = true }: StackOptions): Promise<Stack> {
  const servers: EmbeddedServer[] = []
  const stop = async () => {
    for (const server of servers.toReversed()) await server.stop()
  }
  const started = async <Server extends EmbeddedServer>(starting: Promise<Server>): Promise<Server> => {
    const server = await starting
    servers.push(server)
    return server
  }
  const place = (name: string) => ({ dir: join(dir, name), ...(onDeath === undefined ? {} : { onDeath }) })
  const parts = [
    config.NATS_URL === undefined ? started(startNats(place('nats'))).then(embeddedBus) : busElsewhere(config),
    config.REDIS_URL ?? started(startRedis(place('redis'))).then(server => server.url),
    config.ETH_RPC_URL === undefined
      ? started(startAnvil({ ...place('chain'), blockTimeS: config.BLOCK_TIME_S, lasting }))
      : { url: firstWriter(config.ETH_RPC_URL) },
  ] as const
  try {
    const [bus, redisUrl, chain] = await Promise.all(parts)
    return {
      urls: { nats: bus.url, redis: redisUrl, chain: chain.url },
      ...(bus.creds === undefined ? {} : { busCreds: bus.creds }),
      ...(bus.account === undefined ? {} : { busAccount: bus.account }),
      ...('accounts' in chain ? { chainAccounts: chain.accounts } : {}),
      servers,
      pids: servers.map(server => server.pid),
      stop,
    }
  } catch (error) {
    await Promise.allSettled(parts)
    await stop()
    throw error
  }
}

/** Those who only set things up ask one node. */
function firstWriter(list: string): string {
  return parseNodeList(list)!.find(({ roles }) => roles.includes('writer'))!.url
}

type Bus = { url: string; creds?: string; account?: BusAccount }

async function embeddedBus({ url, trust }: Awaited<ReturnType<typeof startNats>>): Promise<Bus> {
  const account = { accountPublicKey: trust.account.publicKey, signingSeed: trust.signingSeed }
  const creds = await issueCreds(account, {
    name: 'stack',
    permissions: servicePermissions,
    ttlSeconds: OWN_CREDS_TTL_SECONDS,
  })
  return { url, creds, account }
}

function busElsewhere({ NATS_URL, NATS_CREDS, NATS_ACCOUNT, NATS_SIGNING_SEED_FILE }: Config): Bus {
  const account =
    NATS_ACCOUNT === undefined || NATS_SIGNING_SEED_FILE === undefined
      ? undefined
      : {
          accountPublicKey: NATS_ACCOUNT,
          signingSeed: readSecretFile('NATS_SIGNING_SEED_FILE', NATS_SIGNING_SEED_FILE).trim(),
        }
  return {
    url: NATS_URL as string,
    ...(NATS_CREDS === undefined ? {} : { creds: readSecretFile('NATS_CREDS', NATS_CREDS) }),
    ...(account === undefined ? {} : { account }),
  }
}
