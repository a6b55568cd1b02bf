import { setTimeout as sleep } from 'node:timers/promises'
import { parseCreds } from '@nats-io/jwt'
import { type Authenticator, credsAuthenticator, errors, type NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { EntenteError } from '../protocol/errors.ts'
import { adviseOnBusVersion } from './bus-version.ts'
import { gatherWrites } from './gather-writes.ts'
import type { Log } from './log.ts'

const FIRST_CONNECT_MS = 15_000
const ATTEMPT_TIMEOUT_MS = 5_000
const RETRY_MS = 200

export type BusOptions = {
  url: string
  /** Text of a credentials file; a function is asked again at every reconnect, for credentials that are renewed. */
  creds?: string | (() => string)
  /** Shown in the server's connection list. */
  name: string
  /** Prefix of reply subjects, when renewed credentials allow only one's own; that of others is in themselves. */
  inboxPrefix?: string
  /** How long the first connection is tried, 15 seconds unless named. */
  patienceMs?: number
  /** Gets a warning when the server has known flaws. */
  log?: Log
}

/**
 * Connects to NATS. The first connection is tried for a while; once it stands, it is restored for ever.
 *
 * @throws EntenteError BUS_UNREACHABLE when there is no server, or it refuses the credentials
 */
export async function connectBus(options: BusOptions): Promise<NatsConnection> {
  const { url, name, creds, log } = options
  const inboxPrefix = options.inboxPrefix ?? (typeof creds === 'string' ? await inboxIn(creds) : undefined)
  const giveUpMs = performance.now() + (options.patienceMs ?? FIRST_CONNECT_MS)
  for (;;) {
    try {
      const nc = await connect({
        servers: url.split(','),
        name,
        ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
        ...(creds === undefined ? {} : { authenticator: authenticate(creds) }),
        timeout: ATTEMPT_TIMEOUT_MS,
        reconnectTimeWait: RETRY_MS,
        maxReconnectAttempts: -1,
        // Every request would make two errors in advance, only to know where it began: a tenth of a coordinator's time.
        noAsyncTraces: true,
        // Credentials that expired while we were away are renewed by then.
        ignoreAuthErrorAbort: true,
      })
      gatherWrites(nc)
      const advice = adviseOnBusVersion(nc.info?.version ?? '')
      if (advice !== undefined) log?.warn({ url: withoutPassword(url) }, advice)
      return nc
    } catch (cause) {
      const refused = cause instanceof errors.AuthorizationError
      if (refused || performance.now() > giveUpMs) throw unreachable(url, cause)
      await sleep(RETRY_MS)
    }
  }
}

/** The prefix of the only reply subjects that credentials allow, where it is so. */
async function inboxIn(creds: string): Promise<string | undefined> {
  const claims = await parseCreds(new TextEncoder().encode(creds)).catch(() => null)
  const allowed = claims?.uc.nats.sub?.allow ?? []
  return allowed.map(subject => /^(_INBOX\.[^.*>]+)\.>$/.exec(subject)?.[1]).find(prefix => prefix !== undefined)
}

function authenticate(creds: string | (() => string)): Authenticator {
  const encoder = new TextEncoder()
  return credsAuthenticator(() => encoder.encode(typeof creds === 'string' ? creds : creds()))
}

function unreachable(url: string, cause: unknown): EntenteError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new EntenteError('BUS_UNREACHABLE', `NATS at ${withoutPassword(url)}: ${why}`, { cause })
}

function withoutPassword(url: string): string {
  return url.replaceAll(/\/\/[^@/,]*@/g, '//')
}
