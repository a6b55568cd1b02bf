import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { awaitOutcome, completeMessage, type NewIntent, submitIntent } from '../../stack/chain-intent.ts'
import { entente } from './entente.ts'
import { mint, nonceOf, recordsOf, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
let gateway: Gateway | undefined

beforeAll(async () => {
  gateway = await start()
})
afterAll(() => gateway?.stop())

const outcomeOf = async (intent: NewIntent) => {
  const { messageId } = await submitIntent(world().nc, intent, patience)
  return awaitOutcome(world().nc, messageId, patience)
}
const admission = (domainId: string, businessId = domainId): NewIntent => ({
  ...mint(world(), businessId),
  operation: 'admit-domain',
  contract: 'Domains',
  call: 'admit',
  args: [domainToBytes32(domainId), world().governor, 'A department'],
})

describe('a message to the chain', () => {
  test('goes from RECEIVED to COMPLETED, and every step is in the log', async () => {
    const before = await supply(world())
    const { messageId, state } = await submitIntent(world().nc, mint(world(), 'first', 7n), patience)
    // It may have gone on before the answer was written.
    expect(['ADMITTED', 'SENDING', 'POOLED']).toContain(state)
    const outcome = await awaitOutcome(world().nc, messageId, patience)
    expect(outcome).toMatchObject({ state: 'FINAL', messageId })
    await completeMessage(world().nc, messageId)
    await completeMessage(world().nc, messageId)
    expect(await statesOf(world(), messageId)).toEqual(
      'RECEIVED ADMITTED NONCED SIGNED SENDING POOLED MINED FINAL NOTIFIED COMPLETED'.split(' '),
    )
    expect(await supply(world())).toBe(before + 7n)
  })

  test('shows how far it has come when the chain takes its time', async () => {
    await world().rpc('evm_setIntervalMining', [0])
    const { messageId } = await submitIntent(world().nc, mint(world(), 'slow chain'), patience)
    await expect.poll(async () => (await statesOf(world(), messageId)).at(-1), { timeout: 5_000 }).toBe('POOLED')
    await world().rpc('evm_setIntervalMining', [1])
    await awaitOutcome(world().nc, messageId, patience)
  })

  test('has its bytes and its nonce in the log before it is sent', async () => {
    const { messageId } = await outcomeOf(mint(world(), 'bytes first'))
    const records = await recordsOf(world(), messageId)
    const signed = records.find(record => record.state === 'SIGNED')
    expect(signed).toMatchObject({ attempt: 1, signer: world().governor, raw: expect.stringMatching(/^0x02/) })
    expect(records.find(record => record.state === 'MINED')?.txHash).toBe(signed?.txHash)
  })

  test('failure 4: sent again with the same payload, is the same message; with another, a conflict', async () => {
    const before = await supply(world())
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => submitIntent(world().nc, mint(world(), 'again'), patience)),
    )
    expect(new Set(answers.map(answer => answer.messageId)).size).toBe(1)
    await awaitOutcome(world().nc, answers[0]!.messageId, patience)
    const late = await submitIntent(world().nc, mint(world(), 'again'), patience)
    expect(['FINAL', 'NOTIFIED']).toContain(late.state)
    expect(await supply(world())).toBe(before + 1n)
    await expect(submitIntent(world().nc, mint(world(), 'again', 2n), patience)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
  })

  test('that the contract would refuse is REJECTED with the reason, and burns no nonce', async () => {
    const intent = { ...admission('x', 'unknown'), call: 'suspend', args: [domainToBytes32('nobody')] }
    const nonce = await nonceOf(world(), world().governor)
    const { messageId } = await submitIntent(world().nc, intent, patience)
    await expect(awaitOutcome(world().nc, messageId, patience)).rejects.toMatchObject({
      code: 'CHAIN_REVERTED',
      message: expect.stringContaining('Domains'),
    })
    expect(await statesOf(world(), messageId)).toEqual(['RECEIVED', 'ADMITTED', 'REJECTED'])
    expect(await nonceOf(world(), world().governor)).toBe(nonce)
  })

  test('may build on one that was sent just before it', async () => {
    const amount = (await supply(world())) + 5n
    const minted = mint(world(), 'to spend', amount)
    const spent = { ...mint(world(), 'spend'), call: 'transfer', args: [world().signers.relayer, amount.toString()] }
    const outcomes = await Promise.all([outcomeOf(minted), outcomeOf(spent)])
    expect(outcomes.map(outcome => outcome.state)).toEqual(['FINAL', 'FINAL'])
  })
})

test('a message has the trace that its sender gave it in every step, and is shown by its key', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const traced = { ...patience, traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
  const { messageId } = await submitIntent(world().nc, mint(world(), 'traced'), traced)
  await awaitOutcome(world().nc, messageId, patience)
  const records = await recordsOf(world(), messageId)
  expect(new Set(records.map(record => record.traceId))).toEqual(new Set([traceId]))
  const shown = await entente(world(), 'chain', 'show', '--key', 'consortium/mint/traced').end
  expect(
    shown.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  ).toEqual(records)
})

describe('the door', () => {
  const refused = (intent: object, code: string) =>
    expect(submitIntent(world().nc, intent as NewIntent, patience)).rejects.toMatchObject({ code })

  test('lets a tenant do what is its own only', async () => {
    await refused({ ...mint(world(), 'a'), tenant: 'coordinator', from: 'relayer' }, 'UNAUTHORIZED')
    await refused({ ...mint(world(), 'b'), tenant: 'agent-7', from: 'relayer' }, 'UNAUTHORIZED')
    await refused({ ...mint(world(), 'c'), tenant: 'gateway' }, 'UNAUTHORIZED')
  })

  test("does not take a name that is not the sender's", async () => {
    const answer = await world().nc.request('ent.chain.submit.agent-7', JSON.stringify(mint(world(), 'd')))
    expect(answer.json()).toMatchObject({ ok: false, code: 'UNAUTHORIZED' })
  })

  test('says what is wrong with an intent', async () => {
    await refused({ ...mint(world(), 'e'), contract: 'Treasure' }, 'COMMAND_INVALID')
    await refused({ ...mint(world(), 'f'), call: 'burn' }, 'COMMAND_INVALID')
    await refused({ ...mint(world(), 'g'), args: ['0x12', '1'] }, 'COMMAND_INVALID')
    await refused({ ...mint(world(), 'h'), from: `0x${'9'.repeat(40)}` }, 'COMMAND_INVALID')
    await refused({ ...mint(world(), 'i'), businessId: '' }, 'COMMAND_INVALID')
    const garbage = await world().nc.request('ent.chain.submit.consortium', '{')
    expect(garbage.json()).toMatchObject({ ok: false, code: 'COMMAND_INVALID' })
  })

  test('says where the consortium lives', async () => {
    const answer = (await world().nc.request('ent.chain.info')).json()
    const { EntenteToken, Escrow } = world().deployment.addresses
    expect(answer).toMatchObject({
      ok: true,
      value: {
        contractRegistry: world().deployment.registry.toLowerCase(),
        contracts: { EntenteToken: EntenteToken.toLowerCase(), Escrow: Escrow.toLowerCase() },
      },
    })
  })
})

describe('a message that fails on chain', () => {
  test('failure 20: is REVERTED with the reason, and is not tried again', async () => {
    // No block until both are in the pool: each was estimated on a state without the other.
    await world().rpc('evm_setIntervalMining', [0])
    const twins = await Promise.all(['one', 'two'].map(id => submitIntent(world().nc, admission('twin', id), patience)))
    await expect
      .poll(async () => (await statesOf(world(), twins[1]!.messageId)).at(-1), { timeout: 10_000 })
      .toBe('POOLED')
    await expect
      .poll(async () => (await statesOf(world(), twins[0]!.messageId)).at(-1), { timeout: 10_000 })
      .toBe('POOLED')
    await world().rpc('evm_setIntervalMining', [1])
    const outcomes = await Promise.allSettled(
      twins.map(({ messageId }) => awaitOutcome(world().nc, messageId, patience)),
    )
    expect(outcomes.map(outcome => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    const failed = twins[outcomes.findIndex(outcome => outcome.status === 'rejected')]!
    const last = (await recordsOf(world(), failed.messageId)).at(-1)
    expect(last).toMatchObject({ state: 'REVERTED', revert: { name: expect.stringMatching(/^Domains/) } })
    expect(last?.blockNumber).toBeGreaterThan(0)
  })
})
