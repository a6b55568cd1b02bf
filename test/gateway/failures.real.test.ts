import { describe, expect, test } from 'vitest'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { cancelMessage, submitIntent } from '../../stack/chain-intent.ts'
import { mint, nonceOf, statesOf } from './token.ts'
import { withProxy } from './with-proxy.ts'

const { world, proxy, send, outcome, reached, minted, attempts, withoutBlocks } = withProxy()
const patience = { timeoutMs: 20_000 }

const takeBack = (messageId: `0x${string}`, tenant = 'consortium') =>
  cancelMessage(world().nc, { tenant, messageId, reason: 'no longer wanted' }, patience)
const loseSends = () => proxy().inject(method => (method === 'eth_sendRawTransaction' ? 'lose-request' : 'pass'))
const ether = (amount: bigint) => `0x${(amount * 10n ** 18n).toString(16)}`

describe('what concerns one holds nobody else up', () => {
  test('failure 12: a signer without funds burns no number, and goes on once it has some', async () => {
    const { governor, rpc, nc } = world()
    const nonce = await nonceOf(world(), governor)
    await rpc('anvil_setBalance', [governor, '0x0'])
    const [waiting, unwanted] = await Promise.all([send('poor'), send('poor and unwanted')])
    const rich = { ...mint(world(), 'rich'), from: 'relayer', contract: 'ContractRegistry' } as const
    const other = await submitIntent(nc, { ...rich, call: 'deploymentBlock', args: [] }, patience)
    await outcome(other.messageId)
    expect(await statesOf(world(), waiting)).toEqual(['RECEIVED', 'ADMITTED'])
    expect(await takeBack(unwanted)).toMatchObject({ state: 'CANCELLED' })
    await rpc('anvil_setBalance', [governor, ether(1_000n)])
    await outcome(waiting)
    expect(await minted()).toBe(1n)
    expect(await nonceOf(world(), governor)).toBe(nonce + 1)
  })

  test('failure 21: one that the contract refuses does not spoil those that were sent with it', async () => {
    const bad = { ...mint(world(), 'bad'), contract: 'Domains', call: 'suspend', args: [domainToBytes32('nobody')] }
    const [refused, ...good] = await Promise.all([
      submitIntent(world().nc, bad, patience).then(({ messageId }) => messageId),
      ...['good 1', 'good 2', 'good 3'].map(send),
    ])
    await Promise.all(good.map(outcome))
    await expect(outcome(refused)).rejects.toMatchObject({ code: 'CHAIN_REVERTED' })
    expect(await minted()).toBe(3n)
  })
})

describe('a node that cannot be relied on', () => {
  test("failure 18: it answers a send with another transaction's hash", async () => {
    const wrong = `0x${'5'.repeat(64)}`
    proxy().alter((method, result) => (method === 'eth_sendRawTransaction' ? wrong : result))
    const messageId = await send('another hash')
    const { txHash } = await outcome(messageId)
    expect(txHash).toBe((await attempts(messageId))[0]!.txHash)
    expect(await minted()).toBe(1n)
  })

  test('failure 25: its clock is a day ahead of ours', async () => {
    const tomorrow = Math.floor(Date.now() / 1_000) + 86_400
    await world().rpc('evm_setNextBlockTimestamp', [tomorrow])
    const [first, second] = [await send('tomorrow 1'), await send('tomorrow 2')]
    const [before, after] = [await outcome(first), await outcome(second)]
    expect(after.blockNumber).toBeGreaterThanOrEqual(before.blockNumber!)
    expect(await minted()).toBe(2n)
  })

  test('failure 15: it comes back without its pool', async () => {
    const messageIds = await withoutBlocks(async () => {
      const sent = await Promise.all(['pool 1', 'pool 2', 'pool 3'].map(send))
      await Promise.all(sent.map(messageId => reached(messageId, 'POOLED')))
      await world().rpc('anvil_dropAllTransactions', [])
      return sent
    })
    await Promise.all(messageIds.map(outcome))
    for (const messageId of messageIds) expect(await attempts(messageId)).toHaveLength(1)
    expect(await minted()).toBe(3n)
  })
})

describe('whichever attempt is mined decides', () => {
  test('failure 11: a node says for ever that it has what it could mine, and does not', async () => {
    const messageIds = await withoutBlocks(async mine => {
      const sent = await Promise.all(['idle 1', 'idle 2', 'idle 3'].map(send))
      await Promise.all(sent.map(messageId => reached(messageId, 'POOLED')))
      const raws = (await Promise.all(sent.map(attempts))).map(([first]) => first!)
      const head = raws.reduce((a, b) => (a.nonce! < b.nonce! ? a : b))
      await world().rpc('anvil_dropTransaction', [head.txHash])
      proxy().answer((method, [hash]) =>
        method === 'eth_getTransactionByHash' && hash === head.txHash ? { result: { hash } } : null,
      )
      let blocks = 0
      const signed = async () => {
        await mine()
        blocks += 1
        return (await attempts(head.messageId as `0x${string}`)).length
      }
      await expect.poll(signed, { timeout: 20_000, interval: 50 }).toBe(2)
      expect(blocks).toBeGreaterThan(20)
      return sent
    })
    await Promise.all(messageIds.map(outcome))
    const signed = (await Promise.all(messageIds.map(attempts))).map(({ length }) => length)
    expect(signed.toSorted()).toEqual([1, 1, 2])
    expect(await minted()).toBe(3n)
  })

  test('failure 8: an old attempt is mined after the fee was raised', async () => {
    const messageId = await withoutBlocks(async mine => {
      const sent = await send('old attempt')
      await reached(sent, 'POOLED')
      loseSends()
      await world().rpc('anvil_setNextBlockBaseFeePerGas', ['0x2540be400000'])
      // It is asked about after some blocks.
      for (let block = 0; block < 4; block += 1) await mine()
      await expect.poll(async () => (await attempts(sent)).length, { timeout: 10_000 }).toBe(2)
      await world().rpc('anvil_setNextBlockBaseFeePerGas', ['0x1'])
      // Another node still has it, and passes it on.
      await world().rpc('eth_sendRawTransaction', [(await attempts(sent))[0]!.raw])
      await mine()
      return sent
    })
    const { txHash } = await outcome(messageId)
    expect(txHash).toBe((await attempts(messageId))[0]!.txHash)
    expect(await minted()).toBe(1n)
  })

  test('failure 9: a message that was taken back in time has no effect, and its number is used up', async () => {
    const nonce = await nonceOf(world(), world().governor)
    const messageId = await withoutBlocks(async () => {
      const sent = await send('taken back')
      await reached(sent, 'POOLED')
      expect(await takeBack(sent)).toMatchObject({ state: 'POOLED' })
      return sent
    })
    await expect(outcome(messageId)).rejects.toMatchObject({ message: expect.stringContaining('CANCELLED') })
    expect(await minted()).toBe(0n)
    expect(await nonceOf(world(), world().governor)).toBe(nonce + 1)
    expect(await takeBack(messageId)).toMatchObject({ state: 'CANCELLED' })
  })

  test('failure 9: one that was mined before it could be taken back ends as it would have', async () => {
    const messageId = await withoutBlocks(async () => {
      const sent = await send('taken back too late')
      await reached(sent, 'POOLED')
      loseSends()
      await takeBack(sent)
      return sent
    })
    expect(await outcome(messageId)).toMatchObject({ state: 'FINAL' })
    expect(await attempts(messageId)).toHaveLength(2)
    expect(await minted()).toBe(1n)
  })

  test("nobody takes back another tenant's message", async () => {
    const messageId = await send('not yours')
    await expect(takeBack(messageId, 'coordinator')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await outcome(messageId)
  })
})
