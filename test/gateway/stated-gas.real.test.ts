import { Transaction } from 'ethers'
import { describe, expect, test } from 'vitest'
import type { Hex } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { awaitOutcome, type NewIntent, submitIntent } from '../../stack/chain-intent.ts'
import { mint, nonceOf, recordsOf, statesOf, supply } from './token.ts'
import { withTriesHeard } from './with-tries-heard.ts'

const patience = { timeoutMs: 20_000 }
const { world, tried, forget } = withTriesHeard()

async function settle(intent: NewIntent): Promise<Hex> {
  const { messageId } = await submitIntent(world().nc, intent, patience)
  await awaitOutcome(world().nc, messageId, patience).catch(() => {})
  return messageId
}

const last = async (messageId: Hex) => (await recordsOf(world(), messageId)).at(-1)
const refused = (businessId: string): NewIntent => ({
  ...mint(world(), businessId),
  contract: 'Domains',
  call: 'suspend',
  args: [domainToBytes32('nobody')],
})

describe('a message whose sender states its gas', () => {
  test('has that limit, and no node tries it before', async () => {
    await settle(mint(world(), 'unstated'))
    expect(tried()).toEqual(['eth_estimateGas'])
    forget()
    const before = await supply(world())
    const messageId = await settle({ ...mint(world(), 'stated'), gasLimit: '123456' })
    const { raw } = (await recordsOf(world(), messageId)).find(({ state }) => state === 'SIGNED')!
    expect(Transaction.from(raw!).gasLimit).toBe(123_456n)
    expect(await supply(world())).toBe(before + 1n)
    expect(tried()).toEqual([])
  })

  test('is REVERTED with the reason where it would have been REJECTED', async () => {
    const nonce = await nonceOf(world(), world().governor)
    expect(await last(await settle({ ...refused('tried'), gasLimit: '100000' }))).toMatchObject({
      state: 'REVERTED',
      revert: { name: expect.stringMatching(/^Domains/) },
    })
    expect(await last(await settle(refused('not tried')))).toMatchObject({ state: 'REJECTED' })
    expect(await nonceOf(world(), world().governor)).toBe(nonce + 1)
  })

  test('is REVERTED when that is not enough', async () => {
    const before = await supply(world())
    const end = await last(await settle({ ...mint(world(), 'too little'), gasLimit: '25000' }))
    expect(end).toMatchObject({ state: 'REVERTED', gasUsed: '25000' })
    expect(await supply(world())).toBe(before)
  })

  test('is REJECTED without a number where no node would take it', async () => {
    const nonce = await nonceOf(world(), world().governor)
    const [tooLittle, tooMuch] = [
      await settle({ ...mint(world(), 'nothing'), gasLimit: '21000' }),
      await settle({ ...mint(world(), 'all'), gasLimit: '300000001' }),
    ]
    expect(await last(tooLittle)).toMatchObject({ state: 'REJECTED', cause: expect.stringMatching(/at least \d+ gas/) })
    expect(await last(tooMuch)).toMatchObject({ state: 'REJECTED', cause: expect.stringMatching(/300000000 gas/) })
    expect(await nonceOf(world(), world().governor)).toBe(nonce)
  })

  test('has no more than that in a batch, and takes no other along', async () => {
    const before = await supply(world())
    const intents = [
      ...[1, 2, 3].map(index => mint(world(), `beside ${index}`)),
      { ...mint(world(), 'starved'), gasLimit: '2000' },
    ].map((intent): NewIntent => ({ ...intent, lane: 'batch' }))
    const ids = await Promise.all(intents.map(settle))
    for (const messageId of ids) expect(await statesOf(world(), messageId)).toContain('BATCHED')
    expect(await last(ids[3]!)).toMatchObject({ state: 'REVERTED' })
    expect(await supply(world())).toBe(before + 3n)
  })
})
