import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { openMeter } from '../../gateway/limits/meter.ts'
import { tenantLimitsOf } from '../../gateway/limits/tenant-limits.ts'
import { type ChainEntry, type IntentAccepted, messageIdOf, messagesAtOnce } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { ask, askMany } from '../../stack/ask.ts'
import { awaitOutcome, completeMessage, type NewIntent } from '../../stack/chain-intent.ts'
import { followOutcomes } from '../../stack/follow-outcomes.ts'
import { completeMessages, submitIntents } from '../../stack/many-intents.ts'
import type { Child } from '../../stack/process.ts'
import { killOutright, startGatewayProcess } from './gateway-process.ts'
import { mint, recordsOf, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 40_000 }
const soon = { timeoutMs: 5_000 }
const asking = { timeoutMs: 5_000, silence: 'CHAIN_SLOW' } as const
const tenant = 'consortium'
const id = (intent: NewIntent) => messageIdOf(intent)
const minted = (name: string, count: number): NewIntent[] =>
  Array.from({ length: count }, (_, index) => mint(world(), `${name} ${index}`))
const submit = (intents: readonly NewIntent[], within = patience) => submitIntents(world().nc, tenant, intents, within)
const finalised = (ids: readonly Hex[]) => Promise.all(ids.map(each => awaitOutcome(world().nc, each, patience)))

function acceptedAll(answers: readonly (IntentAccepted | EntenteError)[]): IntentAccepted[] {
  const refused = answers.find(answer => answer instanceof EntenteError)
  if (refused) throw refused
  return answers as IntentAccepted[]
}

describe('many intents in one request', () => {
  let gateway: Gateway
  beforeAll(async () => {
    gateway = await start()
  })
  afterAll(() => gateway.stop())

  test('are messages of their own, each heard by one reader, and said in one to be acted on', async () => {
    const before = await supply(world())
    const { state } = await (await jetstreamManager(world().nc)).streams.info(streams.chainTx)
    const stopping = new AbortController()
    const heard: ChainEntry[] = []
    const following = followOutcomes(world().nc, {
      after: state.last_seq,
      signal: stopping.signal,
      take: entries => heard.push(...entries),
    })
    const intents = minted('together', 30)
    const answers = acceptedAll(await submit(intents))
    const ids = intents.map(id)
    expect(answers).toEqual(ids.map(messageId => ({ messageId, state: 'ADMITTED' })))
    await finalised(ids)
    expect(await supply(world())).toBe(before + 30n)

    await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(30)
    expect(new Set(heard.map(({ messageId }) => messageId))).toEqual(new Set(ids))
    expect(heard.every(({ steps }) => steps.some(step => step.state === 'FINAL'))).toBe(true)
    stopping.abort()
    await following

    await completeMessages(world().nc, ids)
    await completeMessages(world().nc, ids)
    for (const messageId of ids) {
      const states = await statesOf(world(), messageId)
      expect(states.filter(each => each === 'COMPLETED')).toHaveLength(1)
      expect(states.at(-1)).toBe('COMPLETED')
    }
    // Handed over again they are the same messages.
    expect(await submit(intents)).toEqual(ids.map(messageId => ({ messageId, state: 'COMPLETED' })))
    expect(await supply(world())).toBe(before + 30n)
  })

  test('are refused each by itself, with the code that it would have alone, in their order', async () => {
    const before = await supply(world())
    const good = mint(world(), 'good')
    const other = mint(world(), 'of another')
    const intents = [
      good,
      { ...mint(world(), 'no such call'), call: 'brew' },
      { ...other, businessId: '' },
      mint(world(), 'good', 2n),
      { ...mint(world(), 'strange key'), from: `0x${'ab'.repeat(20)}` as const },
      mint(world(), 'good too'),
    ]
    const { nc } = world()
    const answers = await submit(intents)
    const codes = answers.map(answer => (answer instanceof EntenteError ? answer.code : answer.state))
    const [admitted, invalid] = ['ADMITTED', 'COMMAND_INVALID']
    expect(codes).toEqual([admitted, invalid, invalid, 'IDEMPOTENCY_CONFLICT', invalid, admitted])
    for (const [index, intent] of intents.entries()) {
      if (index === 0 || index === 5) continue
      const alone = await ask(nc, subjects.chainSubmit(tenant), { ...intent, tenant }, asking).catch(error => error)
      expect(answers[index]).toMatchObject({ code: alone.code })
    }
    await finalised([id(good), id(mint(world(), 'good too'))])
    expect(await supply(world())).toBe(before + 2n)

    const unknown = messageIdOf(mint(world(), 'never sent'))
    await expect(completeMessages(nc, [unknown, id(good)], soon)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await statesOf(world(), id(good))).at(-1)).toBe('COMPLETED')
  })

  test('are of the tenant whose door it is', async () => {
    const { nc } = world()
    const texts = [JSON.stringify(mint(world(), 'as the consortium'))]
    const [answer] = await askMany(nc, subjects.chainSubmitMany('agent-7'), texts, asking)
    expect(answer).toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await recordsOf(world(), id(mint(world(), 'as the consortium')))).toEqual([])
  })

  test('may be so many, and no more; none, or no list, is no request', async () => {
    const { nc } = world()
    const subject = subjects.chainSubmitMany(tenant)
    const texts = Array.from({ length: messagesAtOnce + 1 }, () => '{}')
    const why = { code: 'COMMAND_INVALID', message: expect.stringContaining(`at most ${messagesAtOnce}`) }
    await expect(askMany(nc, subject, texts, asking)).rejects.toMatchObject(why)
    await expect(askMany(nc, subject, [], asking)).rejects.toMatchObject({ code: 'COMMAND_INVALID' })
    await expect(ask(nc, subject, mint(world(), 'no list'), asking)).rejects.toMatchObject({ code: 'COMMAND_INVALID' })
    // As many as may be, each with a long reason, are answered all the same.
    const junk = texts.slice(1).map(() => JSON.stringify({ tenant: 'x'.repeat(500), contract: 7 }))
    const answers = await askMany(nc, subject, junk, asking)
    expect(answers).toHaveLength(messagesAtOnce)
    expect(answers.every(answer => answer instanceof EntenteError && answer.code === 'COMMAND_INVALID')).toBe(true)
  })

  test('go in several requests when one cannot hold them, and one that no message holds is refused beside the others', async () => {
    const large = { ...mint(world(), 'large'), args: ['x'.repeat(9 * 1024 * 1024)] }
    const [first, second] = await submit([large, mint(world(), 'small')])
    expect(first).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    expect(second).toMatchObject({ state: 'ADMITTED' })
    const many = Array.from({ length: messagesAtOnce + 5 }, () => mint(world(), 'one of many'))
    const answers = acceptedAll(await submit(many))
    expect(new Set(answers.map(({ messageId }) => messageId))).toEqual(new Set([id(many[0]!)]))
    await finalised([id(many[0]!)])
    expect(await submit([])).toEqual([])
  })
})

test('each counts for what its tenant may send', async () => {
  const limits = tenantLimitsOf({ ENTENTE_TENANT_RATES: 'consortium=3' })
  const gateway = await start({ meter: openMeter(limits) })
  try {
    const intents = minted('limited', 5)
    const answers = await submit(intents, { timeoutMs: 1_000 })
    const refused = answers.filter(answer => answer instanceof EntenteError)
    expect(refused.map(({ code }) => code)).toEqual(['TENANT_OVER_LIMIT', 'TENANT_OVER_LIMIT'])
    expect(refused[0]!.retryAfterMs).toBeGreaterThan(0)
    const accepted = intents.filter((_, index) => !(answers[index] instanceof EntenteError))
    // What is known is answered, and does not count again.
    expect(acceptedAll(await submit(accepted)).map(({ messageId }) => messageId)).toEqual(accepted.map(id))
    await finalised(accepted.map(id))
  } finally {
    await gateway.stop()
  }
})

test('a gateway that is killed in the middle of them loses none, and each has its effect once', async () => {
  const running: Child<unknown>[] = []
  try {
    running.push(await startGatewayProcess(world(), { finalityBlocks: 0 }))
    const before = await supply(world())
    const intents = minted('killed', 200)
    const ids = intents.map(id)
    const own = new Set(ids.map(subjects.chainTx))
    // Some are stored, the others not yet, and nobody was answered.
    const stored = (async () => {
      let seen = 0
      for await (const { subject } of world().nc.subscribe(subjects.chainTx('*'))) {
        if (own.has(subject) && ++seen === 20) return
      }
    })()
    await world().nc.flush()
    const submitting = submit(intents)
    await stored
    await killOutright(running[0]!)
    running.push(await startGatewayProcess(world(), { finalityBlocks: 0 }))
    const answers = acceptedAll(await submitting)
    expect(answers.map(({ messageId }) => messageId)).toEqual(ids)
    await finalised(ids)
    expect(await supply(world())).toBe(before + 200n)
    await completeMessages(world().nc, ids)
    // A repeat gives the same answers, and has no effect.
    expect(await submit(intents)).toEqual(ids.map(messageId => ({ messageId, state: 'COMPLETED' })))
    await completeMessage(world().nc, ids[0]!)
    expect(await supply(world())).toBe(before + 200n)
  } finally {
    await Promise.all(running.map(child => child.stop()))
  }
})
