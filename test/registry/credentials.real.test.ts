import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { createAccount, createUser } from '@nats-io/jwt'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import echo from '../../agents/echo/agent.ts'
import { streams, subjects, workConsumer } from '../../protocol/subjects.ts'
import { connectBus } from '../../stack/bus.ts'
import { issueCreds } from '../../stack/bus-user.ts'
import { withStack } from '../harness/with-stack.ts'
import {
  askForCredentials,
  type Consortium,
  connectAs,
  connectToEnrol,
  credentialRequest,
  type Member,
  publishJson,
  startConsortium,
} from './consortium.ts'
import { refusalOfPublish, refusalOfSubscribe } from './refusals.ts'

const stack = withStack()
let consortium: Consortium
let alice: Member
let bob: Member
let stranger: NatsConnection

beforeAll(async () => {
  consortium = await startConsortium(stack)
  alice = await consortium.join(echo)
  bob = await consortium.join({ ...echo, name: 'bob' }, 'health')
  stranger = await connectToEnrol(consortium)
})
afterAll(async () => {
  await stranger?.close()
  await consortium?.stop()
})

const taskId = `0x${'7'.repeat(64)}`

describe('a credential request', () => {
  it('is answered with a JWT for the holder of the wallet, the card is kept under its hash', async () => {
    const reply = await askForCredentials(stranger, credentialRequest(alice, createUser()))
    expect(reply).toMatchObject({ ok: true, value: { jwt: expect.any(String) } })
    const { cards } = consortium.directory.current()
    const { cardHash } = consortium.directory.current().agents.get(alice.agentId)!
    await consortium.directory.when(now => now.cards.get(cardHash!), { what: 'the card', timeoutMs: 5_000 })
    expect(cards.get(cardHash!)?.name).toBe('echo')
  })

  it.each([
    [
      'signed by another agent',
      () => ({ ...credentialRequest(alice, createUser()), agentId: bob.agentId }),
      'CARD_MISMATCH',
    ],
    [
      'with a signature of another key',
      () => credentialRequest({ ...alice, key: bob.key }, createUser()),
      'SIGNATURE_INVALID',
    ],
    [
      'for a user key that was not signed for',
      () => ({ ...credentialRequest(alice, createUser()), userKey: createUser().getPublicKey() }),
      'SIGNATURE_INVALID',
    ],
    [
      'of an agent that is not on chain',
      () => credentialRequest({ ...alice, agentId: '99' }, createUser()),
      'AGENT_INACTIVE',
    ],
    [
      'with another card than the chain names',
      () => credentialRequest({ ...alice, definition: { ...echo, description: 'cheaper' } }, createUser()),
      'CARD_MISMATCH',
    ],
    ['recorded two minutes ago', () => credentialRequest(alice, createUser(), Date.now() - 120_000), 'REQUEST_STALE'],
    ['dated two minutes ahead', () => credentialRequest(alice, createUser(), Date.now() + 120_000), 'REQUEST_STALE'],
    ['that is no request', () => ({ hello: 'world' }), 'COMMAND_INVALID'],
  ])('%s is refused', async (_, request, code) => {
    expect(await askForCredentials(stranger, request())).toMatchObject({ ok: false, code })
  })

  it('is good once', async () => {
    const request = credentialRequest(alice, createUser())
    expect(await askForCredentials(stranger, request)).toMatchObject({ ok: true })
    expect(await askForCredentials(stranger, request)).toMatchObject({ ok: false, code: 'REQUEST_STALE' })
  })

  it('of an agent is refused once its domain is suspended', async () => {
    const carol = await consortium.join({ ...echo, name: 'carol' }, 'transport')
    await consortium.publish(consortium.facts.domain('DomainSuspended', 'transport'))
    await consortium.directory.when(now => now.agents.get(carol.agentId)?.active === false || undefined, {
      what: 'the suspension',
      timeoutMs: 5_000,
    })
    const reply = await askForCredentials(stranger, credentialRequest(carol, createUser()))
    expect(reply).toMatchObject({ ok: false, code: 'AGENT_INACTIVE' })
  })
})

describe('public enrolment credentials', () => {
  it('allow nothing but asking', async () => {
    for (const subject of ['ent.task.x', 'ent.work.0', '$JS.API.INFO', 'ent.chain.submit.consortium', '$SRV.PING'])
      expect(await refusalOfPublish(stranger, subject), subject).toMatch(/permissions violation/i)
    for (const subject of ['ent.>', '>', '_INBOX.agent-0.>', '$SRV.>'])
      expect(await refusalOfSubscribe(stranger, subject), subject).toMatch(/permissions violation/i)
  })
})

describe("an agent's credentials", () => {
  let nc: NatsConnection
  beforeAll(async () => {
    nc = await connectAs(consortium, alice)
    await (await connectAs(consortium, bob)).close()
  })
  afterAll(() => nc?.close())

  it('let it take its own work', async () => {
    await publishJson(consortium.nc, subjects.work(alice.agentId), { for: 'alice' })
    const consumer = await jetstream(nc).consumers.get(streams.work, workConsumer(alice.agentId))
    const message = await consumer.next({ expires: 5_000 })
    expect(message?.json()).toEqual({ for: 'alice' })
    expect(await message?.ackAck()).toBe(true)
  })

  it('let it answer in its own name, and in no other', async () => {
    const { agentId } = alice
    const stored = await jetstream(nc).publish(subjects.result(taskId, 'weather', agentId), '{}')
    expect(stored.stream).toBe(streams.results)
    const other = subjects.result(taskId, 'weather', bob.agentId)
    expect(await refusalOfPublish(nc, other)).toMatch(/permissions violation/i)
    expect(await refusalOfPublish(nc, subjects.progress(taskId, 'weather', bob.agentId))).toMatch(/violation/i)
    expect(await refusalOfPublish(nc, subjects.attested(subjects.announced('storm'), bob.agentId))).toMatch(
      /violation/i,
    )
  })

  it("do not let it read another's work", async () => {
    await publishJson(consortium.nc, subjects.work(bob.agentId), { for: 'bob' })
    for (const subject of [subjects.work(bob.agentId), 'ent.work.*', 'ent.result.>', 'ent.task.*', '_INBOX.>'])
      expect(await refusalOfSubscribe(nc, subject), subject).toMatch(/permissions violation/i)
    const next = `$JS.API.CONSUMER.MSG.NEXT.${streams.work}.${workConsumer(bob.agentId)}`
    expect(await refusalOfPublish(nc, next)).toMatch(/permissions violation/i)
  })

  it('do not let it touch streams, buckets, consumers or the chain as someone else', async () => {
    const forbidden = [
      '$JS.API.INFO',
      '$JS.API.STREAM.DELETE.TASKS',
      '$JS.API.STREAM.PURGE.EVIDENCE',
      '$JS.API.STREAM.MSG.GET.TASKS',
      '$JS.API.STREAM.MSG.GET.WORK',
      '$JS.API.STREAM.MSG.GET.RESULTS',
      '$JS.API.STREAM.MSG.GET.OBJ_artifacts',
      '$JS.API.DIRECT.GET.KV_cards',
      '$JS.API.CONSUMER.CREATE.WORK',
      `$JS.API.CONSUMER.DURABLE.CREATE.WORK.${workConsumer(alice.agentId)}`,
      `$JS.API.CONSUMER.DELETE.WORK.${workConsumer(alice.agentId)}`,
      `$JS.API.CONSUMER.INFO.WORK.${workConsumer(bob.agentId)}`,
      `$JS.ACK.WORK.${workConsumer(bob.agentId)}.1.1.1.1.0`,
      '$KV.cards.x',
      subjects.work(alice.agentId),
      subjects.task(taskId),
      subjects.chainEvent('Domains', 'DomainAdmitted'),
      subjects.command('submit'),
      subjects.chainSubmit('consortium'),
      subjects.chainSubmit(`agent-${bob.agentId}`),
      subjects.chainSubmitMany('consortium'),
      subjects.chainSubmitMany(`agent-${bob.agentId}`),
      subjects.chainDone,
      subjects.chainDoneMany,
      subjects.bulletin('hazard'),
    ]
    for (const subject of forbidden) {
      expect(await refusalOfPublish(nc, subject), subject).toMatch(/permissions violation/i)
    }
  })

  it('let it answer whoever asks it, once', async () => {
    nc.subscribe('$SRV.PING', { callback: (_, message) => void message.respond('here') })
    await nc.flush()
    const answer = await consortium.nc.request('$SRV.PING', '', { timeout: 2_000 })
    expect(answer.string()).toBe('here')
  })

  it('let it answer within two seconds, and no later', async () => {
    const later = nc.subscribe('$SRV.INFO', {
      callback: (_, message) => void setTimeout(() => message.respond('late'), 2_500),
    })
    onTestFinished(() => later.unsubscribe())
    await nc.flush()
    await expect(consortium.nc.request('$SRV.INFO', '', { timeout: 4_000 })).rejects.toThrow(/timeout/i)
  })

  it('cannot be made by oneself', async () => {
    const { accountPublicKey } = stack.stack.busAccount!
    const forger = new TextDecoder().decode(createAccount().getSeed())
    const everything = { pub: { allow: ['>'] }, sub: { allow: ['>'] } }
    const user = { name: 'agent-0', permissions: everything, ttlSeconds: 60 }
    const creds = await issueCreds({ accountPublicKey, signingSeed: forger }, user)
    const connecting = connectBus({ url: consortium.url, creds, name: 'forger' })
    await expect(connecting).rejects.toMatchObject({ code: 'BUS_UNREACHABLE' })
  })

  it('give it a queue that is its own and bounded', async () => {
    const jsm = await jetstreamManager(consortium.nc)
    const { config } = await jsm.consumers.info(streams.work, workConsumer(alice.agentId))
    expect(config).toMatchObject({
      filter_subject: subjects.work(alice.agentId),
      ack_policy: 'explicit',
      max_deliver: 10,
    })
  })
})
