import { afterEach, describe, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { Differences } from '../../protocol/chain-difference.ts'
import type { Hex } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../stack/chain-intent.ts'
import { sendForeign } from './send-foreign.ts'
import { mint, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
const asking = { timeoutMs: 5_000, silence: 'CHAIN_SLOW' } as const
let gateway: Gateway | undefined

afterEach(() => gateway?.stop())

const startImpatient = async () => {
  gateway = await start({ patience: { unsettledMs: 400, unheardMs: 400 }, finalityBlocks: 0 })
}
const differences = async () => Differences.parse(await ask(world().nc, subjects.chainDifferences, null, asking))
const nothing = { unsettled: [], unheard: [], strays: [] }
const send = async (name: string) => (await submitIntent(world().nc, mint(world(), name), patience)).messageId
const finish = async (messageId: Hex) => {
  await awaitOutcome(world().nc, messageId, patience)
  await completeMessage(world().nc, messageId)
}
const timesNotified = async (messageId: Hex) =>
  (await statesOf(world(), messageId)).filter(state => state === 'NOTIFIED').length

describe('what chain and business do not agree on', () => {
  test('is nothing when all is well', async () => {
    await startImpatient()
    await finish(await send('well'))
    expect(await differences()).toEqual(nothing)
  })

  test('scan A: a message that stays under way is the gateway’s to look after', async () => {
    await startImpatient()
    await world().rpc('evm_setIntervalMining', [0])
    const messageId = await send('under way')
    await expect
      .poll(async () => (await differences()).unsettled, { timeout: 5_000 })
      .toMatchObject([{ scan: 'A', about: messageId, owner: 'gateway', what: expect.stringContaining('POOLED') }])
    await world().rpc('evm_setIntervalMining', [1])
    await finish(messageId)
    expect(await differences()).toEqual(nothing)
  })

  test('scan B, failure 26: an outcome that nobody acted on is said again under the same id, also by the next gateway', async () => {
    await startImpatient()
    const before = await supply(world())
    const messageId = await send('unheard')
    await awaitOutcome(world().nc, messageId, patience)
    await expect.poll(() => timesNotified(messageId), { timeout: 5_000 }).toBeGreaterThan(1)
    expect((await differences()).unheard).toMatchObject([{ scan: 'B', about: messageId, owner: 'consortium' }])
    await gateway!.stop()
    const said = await timesNotified(messageId)
    await startImpatient()
    await expect.poll(() => timesNotified(messageId), { timeout: 5_000 }).toBeGreaterThan(said)
    await finish(messageId)
    expect(await differences()).toEqual(nothing)
    expect(await supply(world())).toBe(before + 1n)
  })

  test('scan C: a transaction under a key of ours that no message has is kept until somebody accepts it', async () => {
    await startImpatient()
    await finish(await send('ours'))
    const txHash = await sendForeign(world())
    await expect
      .poll(async () => (await differences()).strays, { timeout: 5_000 })
      .toMatchObject([{ scan: 'C', about: txHash, owner: 'operator', what: expect.stringContaining(world().governor) }])
    await gateway!.stop()
    await startImpatient()
    expect((await differences()).strays).toHaveLength(1)
    await ask(world().nc, subjects.chainAccept, { txHash, reason: 'sent by hand' }, asking)
    expect(await differences()).toEqual(nothing)
    await expect(ask(world().nc, subjects.chainAccept, { txHash, reason: 'again' }, asking)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})
