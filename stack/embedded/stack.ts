import { join } from 'node:path'
import type { Config } from '../config.ts'
import { type EmbeddedChain, startAnvil } from './anvil.ts'
import { type EmbeddedNats, startNats } from './nats.ts'
import { startRedis } from './redis.ts'
import type { EmbeddedServer, OnServerDeath } from './server-process.ts'

export type Stack = {
  urls: { nats: string; redis: string; chain: string }
  /** The embedded bus's account; absent when the configuration points to a bus elsewhere. */
  nats?: EmbeddedNats
  /** The embedded chain's funded accounts; absent when the configuration points to a chain elsewhere. */
  chain?: EmbeddedChain
  /** Process ids of the servers started here. */
  pids: number[]
  /** Stops all that was started here; resolves when no process of it is left. May be called twice. */
  stop(): Promise<void>
}

export type StackOptions = { dir: string; onDeath?: OnServerDeath }

type Start = { dir: string; onDeath?: OnServerDeath }

/**
 * Starts the servers that the configuration does not point elsewhere, all at once, with their data under `dir`.
 * When one cannot start, those that did are stopped again.
 *
 * @throws EntenteError STACK_SERVER_MISSING or STACK_SERVER_DIED
 */
export async function startStack(config: Config, { dir, onDeath }: StackOptions): Promise<Stack> {
  const under = (name: string): Start => ({ dir: join(dir, name), ...(onDeath === undefined ? {} : { onDeath }) })
  const starts = await Promise.allSettled([
    config.NATS_URL === undefined ? startNats(under('nats')) : undefined,
    config.REDIS_URL === undefined ? startRedis(under('redis')) : undefined,
    config.ETH_RPC_URL === undefined ? startAnvil({ ...under('chain'), blockTimeS: config.BLOCK_TIME_S }) : undefined,
  ])
  const servers = starts.flatMap(start =>
    start.status === 'fulfilled' && start.value !== undefined ? [start.value] : [],
  )
  const stop = () => stopInReverse(servers)
  const failed = starts.find(start => start.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  const [nats, redis, chain] = starts.map(valueIfStarted) as [EmbeddedNats?, EmbeddedServer?, EmbeddedChain?]
  return {
    urls: {
      nats: config.NATS_URL ?? nats!.url,
      redis: config.REDIS_URL ?? redis!.url,
      chain: config.ETH_RPC_URL ?? chain!.url,
    },
    ...(nats === undefined ? {} : { nats }),
    ...(chain === undefined ? {} : { chain }),
    pids: servers.map(server => server.pid),
    stop,
  }
}

async function stopInReverse(servers: EmbeddedServer[]): Promise<void> {
  for (const server of servers.toReversed()) await server.stop()
}

function valueIfStarted<T>(start: PromiseSettledResult<T>): T | undefined {
  return start.status === 'fulfilled' ? start.value : undefined
}
