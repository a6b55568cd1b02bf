import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import echo from '../../../agents/echo/agent.ts'
import type { BulletinAnswer } from '../../../agents/sdk/bulletin.ts'
import { cardOf } from '../../../agents/sdk/card.ts'
import { type AgentDefinition, type AlertFacts, agent } from '../../../agents/sdk/define.ts'
import { type ServedAgent, serveAgent } from '../../../agents/sdk/serve.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import type { ChainInfo } from '../../../protocol/chain-message.ts'
import { type DomainId, domainToBytes32 } from '../../../protocol/ids.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { issueEnrolCreds, serveCredentials } from '../../../registry/credentials.ts'
import { type FollowedDirectory, followDirectory } from '../../../registry/follow-directory.ts'
import { perform } from '../../../registry/perform.ts'
import { provision } from '../../../registry/provision.ts'
import { signWalletConsent } from '../../../registry/wallet-consent.ts'
import { announce } from '../../../scenarios/emergency-response/announce.ts'
import { askChainInfo } from '../../../stack/chain-info.ts'
import { awaitOutcome } from '../../../stack/chain-intent.ts'
import { type KeyFile, makeKeyFile } from '../../../stack/key-file.ts'
import { withGateway } from '../../gateway/with-gateway.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { log } from '../../registry/consortium.ts'
import { fundedSigners } from '../../registry/funded-signers.ts'

const { world, start } = withGateway()
let gateway: Gateway
let directory: FollowedDirectory
let credentials: { stop(): Promise<void> }
let served: ServedAgent
let key: KeyFile
let agentId: string

const planId = contentHash('plan')
const storm = { kind: 'hurricane', category: 5 }

function factsOf(bulletin: unknown): AlertFacts | null {
  const { kind, category } = bulletin as Partial<typeof storm>
  if (kind !== 'hurricane' || category === undefined) return null
  return { eventKind: 'hurricane', severity: category > 2 ? 4 : 2, urgency: 4, certainty: 4, area: 'US' }
}
const watcher: AgentDefinition = agent({ ...echo, name: 'watcher', attests: factsOf })

beforeAll(async () => {
  const { nc, governor, servers } = world()
  const { signers, admins } = await fundedSigners(world(), 1)
  gateway = await start({ signers })
  const chain = await askChainInfo(nc)
  directory = await followDirectory({ nc, log })
  key = makeKeyFile(`${scratchDir('wallet')}/watcher.json`)
  const plan = {
    card: cardOf(watcher),
    wallet: key.address,
    stake: 0n,
    consent: (consent: Parameters<typeof signWalletConsent>[0]) => signWalletConsent(consent, chain, key.privateKey),
  }
  const weather = { domainId: 'weather' as DomainId, name: 'Weather', admin: admins[0]!, agents: [plan] }
  const [active] = await provision({ nc, directory, chain, governor }, [weather])
  agentId = active!.agentId
  await fundPlan(chain)
  const account = servers.stack.busAccount!
  credentials = serveCredentials({ nc, directory, account, chain, log })
  const applicant = { natsUrl: servers.stack.urls.nats, enrolCreds: await issueEnrolCreds(account) }
  served = await serveAgent(watcher, { ...applicant, agentId, privateKey: key.privateKey, log })
})
afterAll(async () => {
  await served?.stop()
  await credentials?.stop()
  await directory?.stop()
  await gateway?.stop()
})

/** A plan that this agent's word alone sets going, and its money. */
async function fundPlan(registry: ChainInfo): Promise<void> {
  const { nc, governor: from } = world()
  const budget = '1000'
  const plan = {
    ...{ planId, specHash: contentHash('spec'), eventKind: domainToBytes32(''), area: domainToBytes32('') },
    ...{ minSeverity: 3, minUrgency: 1, minCertainty: 1, quorum: 1, cooldownSeconds: '0' },
    ...{ expires: `${Math.floor(Date.now() / 1000) + 3600}`, budget, taskSeconds: '60', approver: key.address },
  }
  const step = (operation: string, contract: string, call: string, args: (string | string[] | typeof plan)[]) =>
    perform(nc, { operation, businessId: planId, from, contract, call, args })
  await Promise.all([
    step('create-plan', 'ResponsePlans', 'create', [domainToBytes32(''), plan, [agentId]]),
    step('mint-budget', 'EntenteToken', 'mint', [from, budget]),
    step('approve-budget', 'EntenteToken', 'approve', [registry.contracts.ResponsePlans!, budget]),
  ])
  await step('fund-plan', 'ResponsePlans', 'fund', [planId, budget])
}

async function tell(bulletin: Json, change: object = {}): Promise<BulletinAnswer> {
  const validUntil = Math.floor(Date.now() / 1000) + 600
  const message = { planId, alertHash: contentHash(bulletin), validUntil, bulletin, ...change }
  const asking = { agents: 1, usualMs: 10_000, enough: 1, atMostMs: 10_000 }
  for await (const answer of announce(world().nc, message, asking)) return answer
  throw new Error('nobody answered')
}

describe('an attesting agent', () => {
  it('says why when it attests nothing', async () => {
    expect(await tell({ kind: 'drizzle' })).toMatchObject({
      attested: false,
      agentId,
      name: 'watcher',
      why: 'it is nothing that this agent vouches for',
    })
    expect(await tell(storm, { alertHash: contentHash('another') })).toMatchObject({
      attested: false,
      why: expect.stringMatching(/does not have the hash/),
    })
    expect(await tell(storm, { validUntil: 'tomorrow' })).toMatchObject({
      attested: false,
      why: 'this is not a bulletin',
    })
  })

  it('signs what it vouches for so that the contract judges it: too mild an alert opens nothing', async () => {
    const answer = await tell({ ...storm, category: 1 })
    expect(answer).toMatchObject({ attested: true, facts: { severity: 2 } })
    const { messageId } = answer as Extract<BulletinAnswer, { attested: true }>
    await expect(awaitOutcome(world().nc, messageId, { timeoutMs: 20_000 })).rejects.toMatchObject({
      code: 'CHAIN_REVERTED',
      message: expect.stringMatching(/PlansSeverityBelowThreshold/),
    })
  })

  it('is heard also when it takes the chain longer than a reply may take', async () => {
    await gateway.stop()
    const told = tell({ ...storm, category: 1, name: 'another' })
    await sleep(3_000)
    gateway = await start()
    expect(await told).toMatchObject({ attested: true, facts: { severity: 2 } })
  })

  it('attests a grave one under its own wallet, and the contract opens the response', async () => {
    const { nc } = world()
    const answer = await tell(storm)
    expect(answer).toMatchObject({ attested: true, facts: { eventKind: 'hurricane', severity: 4 } })
    const { messageId } = answer as Extract<BulletinAnswer, { attested: true }>
    const { txHash } = await awaitOutcome(nc, messageId, { timeoutMs: 20_000 })
    const opened = subjects.chainEvent('ResponsePlans', 'TaskOpened')
    const jsm = await jetstreamManager(nc)
    await vi.waitFor(async () => {
      const event = await jsm.streams.getMessage(streams.chainEvents, { last_by_subj: opened })
      expect(event?.json()).toMatchObject({ txHash, args: { planId, alertHash: contentHash(storm) } })
    }, 10_000)
  })
})
