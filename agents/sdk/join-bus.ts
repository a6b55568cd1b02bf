import { createUser } from '@nats-io/jwt'
import type { NatsConnection } from '@nats-io/nats-core'
import { agentInbox } from '../../registry/agent-permissions.ts'
import { connectBus } from '../../stack/bus.ts'
import type { Log } from '../../stack/log.ts'
import type { AgentIdentity } from './identity.ts'
import { type Applicant, obtainCredentials } from './obtain-credentials.ts'

const RENEW_AT_SHARE = 0.7
const RENEW_AGAIN_MS = { min: 500, max: 15_000 }

export interface Membership {
  readonly nc: NatsConnection
  readonly identity: AgentIdentity
  /** Fetches new credentials now; the connection uses them when it is next made. */
  renew(): Promise<void>
  leave(): Promise<void>
}

/**
 * Connects an agent with credentials of its own and keeps them fresh. When the old ones expire the server ends the
 * connection, and the client makes it again at once with the new ones.
 */
export async function joinBus(applicant: Omit<Applicant, 'userKey'>, log: Log): Promise<Membership> {
  const { agentId, natsUrl: url } = applicant
  const userKey = createUser()
  let admission = await obtainCredentials({ ...applicant, userKey })
  const nc = await connectBus({
    url,
    creds: () => admission.creds,
    name: `agent-${agentId}`,
    inboxPrefix: agentInbox(agentId),
  })

  async function renew(): Promise<void> {
    admission = await obtainCredentials({ ...applicant, userKey })
  }
  function renewIn(ms: number): NodeJS.Timeout {
    return setTimeout(async () => {
      const nextMs = await renew().then(
        () => untilRenewal(admission.expiresAtMs),
        (error: unknown) => {
          log.warn({ error }, 'no new credentials')
          const soonMs = untilRenewal(admission.expiresAtMs)
          return Math.min(Math.max(soonMs, RENEW_AGAIN_MS.min), RENEW_AGAIN_MS.max)
        },
      )
      if (!nc.isClosed()) timer = renewIn(nextMs)
    }, ms)
  }
  let timer = renewIn(untilRenewal(admission.expiresAtMs))

  return {
    nc,
    identity: admission.identity,
    renew,
    async leave() {
      clearTimeout(timer)
      await nc.close()
    },
  }
}

function untilRenewal(expiresAtMs: number): number {
  return Math.max(0, (expiresAtMs - Date.now()) * RENEW_AT_SHARE)
}
