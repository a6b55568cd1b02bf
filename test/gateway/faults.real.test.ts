import { describe, expect, test } from 'vitest'
import { triesCalls } from './fault-proxy.ts'
import { sendForeign } from './send-foreign.ts'
import { recordsOf, statesOf } from './token.ts'
import { rpcTimeoutMs, withProxy } from './with-proxy.ts'

const { world, proxy, send, outcome, reached, minted, attempts, withoutBlocks } = withProxy()

describe('exactly one effect', () => {
  test('failures 3 and 5: when the answer to a send is lost after the node has acted', async () => {
    let lost = 0
    proxy().inject(method => (method === 'eth_sendRawTransaction' && lost++ < 2 ? 'lose-answer' : 'pass'))
    const messageId = await send('lost answer')
    await outcome(messageId)
    expect(lost).toBeGreaterThan(0)
    expect(await statesOf(world(), messageId)).toContain('INDETERMINATE')
    expect(await attempts(messageId)).toHaveLength(1)
    expect(await minted()).toBe(1n)
  })

  test('failure 3: when the request itself is lost', async () => {
    let lost = 0
    proxy().inject(method => (method === 'eth_sendRawTransaction' && lost++ < 2 ? 'lose-request' : 'pass'))
    const messageId = await send('lost request')
    await outcome(messageId)
    expect(lost).toBe(3)
    expect(await attempts(messageId)).toHaveLength(1)
    expect(await minted()).toBe(1n)
  })

  test('failure 3: when the node stands still, and acts on all it was asked once it goes on', async () => {
    proxy().inject(method => (triesCalls.has(method) ? 'pass' : 'hold'))
    const messageIds = await Promise.all(['still 1', 'still 2', 'still 3'].map(send))
    await Promise.all(messageIds.map(messageId => reached(messageId, 'ADMITTED')))
    await new Promise(resolve => setTimeout(resolve, 2 * rpcTimeoutMs))
    proxy().inject()
    proxy().release()
    await Promise.all(messageIds.map(outcome))
    expect(await minted()).toBe(3n)
  })

  test('failure 7: when someone else uses the number with the same key', async () => {
    proxy().inject(method => (method === 'eth_sendRawTransaction' ? 'lose-request' : 'pass'))
    const messageId = await send('foreign')
    await reached(messageId, 'INDETERMINATE')
    await sendForeign(world())
    proxy().inject()
    await outcome(messageId)
    expect(await statesOf(world(), messageId)).toContain('REPLACED')
    expect(await minted()).toBe(1n)
  })

  test('failure 13: when the block is reorganised away before it is final', async () => {
    const messageId = await withoutBlocks(async mine => {
      const sent = await send('reorganised')
      await reached(sent, 'POOLED')
      await mine()
      await reached(sent, 'MINED')
      await world().rpc('anvil_reorg', [1, []])
      return sent
    })
    await outcome(messageId)
    expect(await statesOf(world(), messageId)).toContain('REORGED')
    expect(await attempts(messageId)).toHaveLength(1)
    expect(await minted()).toBe(1n)
  })

  test('failure 6: when the node drops a transaction, and forgets those after it', async () => {
    const { messageIds, first } = await withoutBlocks(async () => {
      const messageIds = await Promise.all(['dropped 1', 'dropped 2', 'dropped 3'].map(send))
      await Promise.all(messageIds.map(messageId => reached(messageId, 'POOLED')))
      const signed = (await Promise.all(messageIds.map(attempts))).flat()
      const lowest = signed.toSorted((a, b) => a.nonce! - b.nonce!)[0]!
      await world().rpc('anvil_dropTransaction', [lowest.txHash])
      return { messageIds, first: lowest }
    })
    await Promise.all(messageIds.map(outcome))
    const dropped = await recordsOf(world(), first.messageId)
    expect(dropped.map(record => record.cause)).toContain('dropped from the pool')
    for (const messageId of messageIds) expect(await attempts(messageId)).toHaveLength(1)
    expect(await minted()).toBe(3n)
  })

  test('failure 11: when the base fee rises above what was offered', async () => {
    const messageId = await withoutBlocks(async mine => {
      const sent = await send('priced out')
      await reached(sent, 'POOLED')
      await world().rpc('anvil_setNextBlockBaseFeePerGas', ['0x2540be400000'])
      await mine()
      return sent
    })
    await outcome(messageId)
    const records = await attempts(messageId)
    expect(records.length).toBeGreaterThan(1)
    expect(new Set(records.map(record => record.nonce)).size).toBe(1)
    expect(await minted()).toBe(1n)
  })
})
