import type { AddressInfo } from 'node:net'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { Views } from '../coordinator/views/schema.ts'
import { parseParameters } from '../protocol/consortium.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { openChainAccess } from '../registry/contracts/open-governance.ts'
import { followParameters } from '../registry/follow-parameters.ts'
import type { ParameterCache } from '../registry/parameter-cache.ts'
import { askChainInfo } from '../stack/chain-info.ts'
import type { Config } from '../stack/config.ts'
import type { Log } from '../stack/log.ts'
import { followSupervision } from '../stack/supervision.ts'
import { apiKeysFile, openApiKeys } from './api-keys.ts'
import { buildApi } from './build-api.ts'
import { PageCache } from './page-cache.ts'
import { pageKeyOf } from './sealed-page.ts'
import { operatorSigner } from './signer.ts'
import { streamSlots } from './stream-slots.ts'
import { defaultLimits, type Limits } from './surroundings.ts'

export type OperatorOptions = {
  nc: NatsConnection
  /** As `openViews` gives it. */
  db: Kysely<Views>
  config: Pick<Config, 'ENTENTE_HOST' | 'ENTENTE_PORT' | 'ENTENTE_DATA'> &
    Partial<Pick<Config, 'ETH_RPC_URL' | 'ENTENTE_PARAMETERS'>>
  log: Log
  /** The operator's own key: an approver of tasks. */
  privateKey: Hex
  limits?: Partial<Limits>
  /** Where processes of this API count requests together, and keep pages; without it each has its own. */
  redis?: Redis
  /** Where what the chain says of the consortium's parameters is kept for whoever starts. */
  cache?: ParameterCache | undefined
}

/**
 * Serves the HTTP API and its documentation.
 *
 * @returns where it listens; `stop` ends event streams, lets requests under way finish, and may be called twice
 * @throws EntenteError PORT_TAKEN
 */
export async function startOperator(options: OperatorOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const { nc, db, config, log, privateKey, limits, redis, cache } = options
  const stopping = new AbortController()
  const supervision = await followSupervision(nc, log)
  const otherwise = parseParameters(config.ENTENTE_PARAMETERS ?? '')
  const parameters = await followParameters({ nc, log, otherwise, cache })
  const chain = openChainAccess(config.ETH_RPC_URL, () => askChainInfo(nc))
  const endFollowing = async () => {
    supervision.stop()
    chain.close()
    await parameters.stop()
  }
  const allLimits = { ...defaultLimits, ...limits }
  const surroundings = {
    nc,
    db,
    keys: openApiKeys(apiKeysFile(config)),
    pages: new PageCache({ redis, key: pageKeyOf(privateKey), patienceMs: allLimits.redisMs }),
    signer: operatorSigner(nc, privateKey),
    chain,
    parameters,
    limits: allLimits,
    supervision,
    takeSlot: streamSlots(allLimits),
    stopping: stopping.signal,
  }
  const app = await buildApi(surroundings, log, redis)
  try {
    await app.listen({ host: config.ENTENTE_HOST, port: config.ENTENTE_PORT })
  } catch (cause) {
    await app.close()
    await endFollowing()
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    throw new EntenteError('PORT_TAKEN', `another program listens on port ${config.ENTENTE_PORT}`, { cause })
  }
  const { port } = app.server.address() as AddressInfo
  const host = config.ENTENTE_HOST.includes(':') ? `[${config.ENTENTE_HOST}]` : config.ENTENTE_HOST
  return {
    url: `http://${host}:${port}`,
    async stop() {
      stopping.abort()
      await app.close()
      await endFollowing()
    },
  }
}
