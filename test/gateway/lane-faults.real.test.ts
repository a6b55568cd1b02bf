import { beforeEach, expect, test } from 'vitest'
import type { Hex } from '../../protocol/hash.ts'
import { submitIntent } from '../../stack/chain-intent.ts'
import { sendForeign } from './send-foreign.ts'
import { mint, nonceOf, recordsOf, statesOf } from './token.ts'
import { withProxy } from './with-proxy.ts'

const { world, proxy, outcome, reached, minted, attempts, withoutBlocks } = withProxy()
const patience = { timeoutMs: 20_000 }
const COUNT = 4

/** Every test begins with an account that runs no code, so that the first batch has to let it, which uses two numbers. */
beforeEach(() => world().rpc('anvil_setCode', [world().governor, '0x']))

const send = (name: string) =>
  Promise.all(
    Array.from({ length: COUNT }, async (_, index) => {
      const intent = { ...mint(world(), `${name} ${index}`), lane: 'batch' } as const
      return (await submitIntent(world().nc, intent, patience)).messageId
    }),
  )
const outcomes = (ids: readonly Hex[]) => Promise.all(ids.map(outcome))
const loseSends = () => proxy().inject(method => (method === 'eth_sendRawTransaction' ? 'lose-request' : 'pass'))

/** The batch that a message went with last. */
async function batchOf(messageId: Hex): Promise<Hex> {
  await reached(messageId, 'BATCHED')
  return (await recordsOf(world(), messageId)).findLast(({ state }) => state === 'BATCHED')!.batch!
}

test('a batch whose send is not answered is sent again as it was', async () => {
  proxy().inject(method => (method === 'eth_sendRawTransaction' ? 'lose-answer' : 'pass'))
  const ids = await send('unanswered')
  const batch = await batchOf(ids[0]!)
  await reached(batch, 'INDETERMINATE')
  proxy().inject()
  await outcomes(ids)
  expect(await attempts(batch)).toHaveLength(1)
  expect(await minted()).toBe(BigInt(COUNT))
})

test('a batch that the node drops is sent again, the very same bytes', async () => {
  const { ids, batch } = await withoutBlocks(async () => {
    const ids = await send('dropped')
    const batch = await batchOf(ids[0]!)
    await reached(batch, 'POOLED')
    const [attempt] = await attempts(batch)
    expect(await world().rpc('anvil_dropTransaction', [attempt!.txHash])).toBe(attempt!.txHash)
    return { ids, batch }
  })
  const finals = await outcomes(ids)
  const [attempt, ...others] = await attempts(batch)
  expect(others).toEqual([])
  expect(new Set(finals.map(({ txHash }) => txHash))).toEqual(new Set([attempt!.txHash]))
  expect(await minted()).toBe(BigInt(COUNT))
})

test('a batch whose number a stranger uses goes out under another, with all that it carries', async () => {
  loseSends()
  const before = await nonceOf(world(), world().governor)
  const ids = await send('stranger')
  const batch = await batchOf(ids[0]!)
  await reached(batch, 'INDETERMINATE')
  await sendForeign(world())
  proxy().inject()
  await outcomes(ids)
  expect(await statesOf(world(), batch)).toContain('REPLACED')
  const [first, second] = await attempts(batch)
  expect(second!.nonce).toBeGreaterThan(first!.nonce!)
  expect(await minted()).toBe(BigInt(COUNT))
  // Nothing is left out of the numbers, so that what comes next is mined.
  await outcomes(await send('after the stranger'))
  expect(await minted()).toBe(BigInt(2 * COUNT))
  expect(await nonceOf(world(), world().governor)).toBeGreaterThan(before)
})

test('a batch that is priced out is offered for more, and still lets the account run its code', async () => {
  const { ids, batch } = await withoutBlocks(async mine => {
    const ids = await send('dear')
    const batch = await batchOf(ids[0]!)
    await reached(batch, 'POOLED')
    await world().rpc('anvil_setNextBlockBaseFeePerGas', ['0x2540be400000'])
    await mine()
    return { ids, batch }
  })
  await outcomes(ids)
  const signed = await attempts(batch)
  expect(signed.length).toBeGreaterThan(1)
  for (const { raw } of signed) expect(raw).toMatch(/^0x04/)
  expect(await minted()).toBe(BigInt(COUNT))
})
