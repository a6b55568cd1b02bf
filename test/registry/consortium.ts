import { createUser, fmtCreds, type KeyPair } from '@nats-io/jwt'
import type { NatsConnection } from '@nats-io/nats-core'
import { cardOf } from '../../agents/sdk/card.ts'
import type { AgentDefinition } from '../../agents/sdk/define.ts'
import { cardUri } from '../../protocol/agent-card.ts'
import { contentHash } from '../../protocol/canonical.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import { Reply } from '../../protocol/commands.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import type { PolicySet } from '../../protocol/policy.ts'
import { policyDocument, type SignedPolicySet } from '../../protocol/signed-policy.ts'
import { subjects } from '../../protocol/subjects.ts'
import { issueEnrolCreds, serveCredentials } from '../../registry/credentials.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { connectBus } from '../../stack/bus.ts'
import { type KeyFile, makeKeyFile } from '../../stack/key-file.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import type { TestStack } from '../harness/with-stack.ts'
import { addressNumber, chainFacts } from './chain-facts.ts'

export const chain: ChainInfo = { chainId: 31337, contractRegistry: addressNumber(0xc0), contracts: {} }
export const domain = signingDomain(chain.chainId, chain.contractRegistry)
export const log = openLog('test', { LOG_LEVEL: 'silent' })

export interface Member {
  readonly agentId: string
  readonly key: KeyFile
  readonly definition: AgentDefinition
}

/**
 * A consortium as the rooms around the registry see it: chain events in the stream as the gateway publishes them, the
 * directory and the credentials served from it.
 */
export async function startConsortium(stack: TestStack, { ttlSeconds = 600 } = {}) {
  const nc = await stack.connect('consortium')
  await ensureStreams(nc, { replicas: 1 })
  const directory = await followDirectory({ nc, log })
  const account = stack.stack.busAccount!
  const credentials = serveCredentials({ nc, directory, account, chain, log, ttlSeconds })
  nc.subscribe(subjects.chainInfo, {
    callback: (_, message) => void message.respond(JSON.stringify({ ok: true, value: chain })),
  })
  const enrolCreds = await issueEnrolCreds(account)
  const facts = chainFacts()
  const keys = scratchDir('keys')
  const adminKey = makeKeyFile(`${keys}/admin.json`)
  let agents = 0

  async function publish(...events: ChainEvent[]): Promise<void> {
    for (const event of events) await publishJson(nc, subjects.chainEvent(event.contract, event.event), event)
  }
  async function join(definition: AgentDefinition, domainId = 'weather'): Promise<Member> {
    const agentId = String(agents)
    agents += 1
    const key = makeKeyFile(`${keys}/${agentId}.json`)
    const admin = adminKey.address
    if (!directory.current().domains.has(domainId)) await publish(facts.admitted(domainId, admin))
    await publish(
      ...facts.registered(agentId, admin, cardUri(contentHash(cardOf(definition)))),
      facts.walletSet(agentId, key.address),
      facts.enrolled(domainId, agentId),
    )
    await directory.whenActive(agentId, { what: 'the agent', timeoutMs: 5_000 })
    return { agentId, key, definition }
  }
  /** A policy set by the signature of every domain's admin, who is one here. */
  function signed(set: PolicySet): SignedPolicySet {
    const signature = signDocument(domain, 'PolicySet', policyDocument(set), adminKey.privateKey)
    const domains = [...directory.current().domains.keys()]
    return { set, signatures: domains.map(domainId => ({ domainId, signer: adminKey.address, signature })) }
  }
  async function stop(): Promise<void> {
    await credentials.stop()
    await directory.stop()
  }
  return { nc, directory, enrolCreds, facts, publish, join, signed, stop, url: stack.stack.urls.nats }
}

export type Consortium = Awaited<ReturnType<typeof startConsortium>>

/** A request as an honest agent makes it; the test changes what it wants to see refused. */
export function credentialRequest({ agentId, key, definition }: Member, userKey: KeyPair, issuedAtMs = Date.now()) {
  const card = cardOf(definition)
  const signed = { agentId, userKey: userKey.getPublicKey(), cardHash: contentHash(card), issuedAtMs }
  const signature = signDocument(domain, 'CredentialRequest', signed, key.privateKey)
  return { agentId, userKey: signed.userKey, card, issuedAtMs, signature }
}

export async function connectToEnrol({ url, enrolCreds }: Consortium): Promise<NatsConnection> {
  return connectBus({ url, creds: enrolCreds, name: 'stranger' })
}

export async function askForCredentials(nc: NatsConnection, request: unknown): Promise<Reply> {
  const answer = await nc.request(subjects.credentials, JSON.stringify(request), { timeout: 5_000 })
  return Reply.parse(answer.json())
}

/** A connection with the agent's own credentials, for a test that wants to misuse them. */
export async function connectAs(consortium: Consortium, member: Member): Promise<NatsConnection> {
  const stranger = await connectToEnrol(consortium)
  const userKey = createUser()
  const reply = await askForCredentials(stranger, credentialRequest(member, userKey))
  await stranger.close()
  if (!reply.ok) throw new Error(reply.message)
  const { jwt } = reply.value as { jwt: string }
  const creds = new TextDecoder().decode(fmtCreds(jwt, userKey))
  const inboxPrefix = `_INBOX.agent-${member.agentId}`
  return connectBus({ url: consortium.url, creds, name: `agent-${member.agentId}`, inboxPrefix })
}

export async function publishJson(nc: NatsConnection, subject: string, value: unknown): Promise<void> {
  const answer = await nc.request(subject, JSON.stringify(value), { timeout: 5_000 })
  const { error } = answer.json<{ error?: { description: string } }>()
  if (error) throw new Error(error.description)
}
