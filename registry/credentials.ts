import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { canonicalJson, contentHash } from '../protocol/canonical.ts'
import type { ChainInfo } from '../protocol/chain-message.ts'
import { CredentialRequest, type Credentials } from '../protocol/credentials.ts'
import { signingDomain } from '../protocol/documents.ts'
import { buckets, subjects } from '../protocol/subjects.ts'
import { type BusAccount, issueCreds, issueUser } from '../stack/bus-user.ts'
import type { Log } from '../stack/log.ts'
import { serve } from '../stack/serve.ts'
import { agentPermissions, enrolPermissions } from './agent-permissions.ts'
import { checkCredentialRequest } from './check-credential-request.ts'
import type { FollowedDirectory } from './follow-directory.ts'
import { keepSealingKey } from './sealing-keys.ts'
import { ensureWorkConsumer } from './work-consumer.ts'

const TTL_SECONDS = 3600
const ENROL_TTL_SECONDS = 365 * 24 * 3600

export interface CredentialsOptions {
  readonly nc: NatsConnection
  readonly directory: FollowedDirectory
  readonly account: BusAccount
  readonly chain: ChainInfo
  readonly log: Log
  readonly now?: () => number
  /** Life of what is issued. */
  readonly ttlSeconds?: number
}

/**
 * Answers requests for a place on the bus (`ent.credentials`) with a `Reply` that carries `Credentials`. Instances
 * share the requests. What is issued works for the holder of the agent's wallet alone: the request is signed by it and
 * names the user key.
 */
export function serveCredentials(options: CredentialsOptions): { stop(): Promise<void> } {
  const { nc, log } = options
  const answer = answering(options)
  const service = { subject: subjects.credentials, queue: 'credentials', schema: CredentialRequest, log }
  const subscription = serve(nc, service, answer)
  return { stop: () => subscription.drain() }
}

/** The credentials that anybody may have: good for asking for others, and nothing else. Public. */
export function issueEnrolCreds(account: BusAccount): Promise<string> {
  return issueCreds(account, { name: 'enrol', permissions: enrolPermissions, ttlSeconds: ENROL_TTL_SECONDS })
}

function answering(options: CredentialsOptions): (request: CredentialRequest) => Promise<Credentials> {
  const { nc, directory, account, chain, now = Date.now, ttlSeconds = TTL_SECONDS } = options
  const check = checkCredentialRequest(signingDomain(chain.chainId, chain.contractRegistry))
  return async request => {
    check(request, directory.current(), now())
    const { agentId, userKey, card, sealing } = request
    const cards = await new Kvm(nc).open(buckets.cards)
    await Promise.all([
      cards.put(contentHash(card), canonicalJson(card)),
      ensureWorkConsumer(nc, agentId),
      ...(sealing ? [keepSealingKey(nc, agentId, sealing)] : []),
    ])
    const user = {
      name: `agent-${agentId}`,
      userPublicKey: userKey,
      permissions: agentPermissions(agentId),
      ttlSeconds,
    }
    return { ...(await issueUser(account, user)), chain }
  }
}
