import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { RpcHeader, RpcReceipt } from '../../gateway/block.ts'
import { bloomOf, mayHold } from '../../gateway/bloom.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import type { Hex } from '../../protocol/hash.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { onChain, placeOf, published } from './published.ts'
import { mint, statesOf } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
let proxy: FaultProxy

beforeEach(async () => {
  proxy = await startFaultProxy(world().servers.stack.urls.chain)
})
afterEach(() => proxy.stop())

async function startBehindProxy(): Promise<void> {
  const gateway = await start({ rpc: connectRpc(proxy.url, { timeoutMs: 1_000 }) })
  onTestFinished(() => gateway.stop())
}
const send = async (name: string) => (await submitIntent(world().nc, mint(world(), name), patience)).messageId
const logOf = () => readFileSync(join(world().servers.dir, 'gateway.log'), 'utf8')
const named = (what: string) => expect.poll(() => logOf().includes(what), { timeout: 10_000 }).toBe(true)

/** From now on receipts are said otherwise; `changed` counts how often. */
function alterReceipts(change: (receipt: RpcReceipt) => RpcReceipt) {
  let changed = 0
  proxy.alter((method, result) => {
    if (method !== 'eth_getBlockReceipts' || result === null) return result
    const receipts = result as RpcReceipt[]
    if (receipts.some(({ logs }) => logs.length > 0)) changed += 1
    return receipts.map(change)
  })
  return { changed: () => changed }
}

async function allTold(count: number): Promise<void> {
  const mints = async () => (await published(world())).filter(({ event }) => event === 'Transfer').length
  await expect.poll(mints, { timeout: 20_000 }).toBe(count)
  const events = await published(world())
  expect(events.map(placeOf)).toEqual(await onChain(world(), events.at(-1)!))
}

describe('failure 16: what a node says of logs is held against its headers', () => {
  test('catching up, logs that are left out are asked for until they come; nothing is told before, and then all', async () => {
    // So that what is left out is of the past, and not of the blocks with which it starts.
    await world().rpc('anvil_mine', ['0x5'])
    const { changed } = alterReceipts(receipt => ({ ...receipt, logs: [] }))
    await startBehindProxy()
    await named('are not those of its bloom: it lags, or lies')
    expect(changed()).toBeGreaterThan(0)
    expect(await published(world())).toEqual([])
    proxy.alter()
    await expect.poll(async () => (await published(world())).length, { timeout: 20_000 }).toBeGreaterThan(0)
    await allTold(0)
  })

  test('at the head, a block without its logs is not taken in before it has them', async () => {
    await startBehindProxy()
    await awaitOutcome(world().nc, await send('first'), patience)
    const { changed } = alterReceipts(receipt => ({ ...receipt, logs: [] }))
    const messageId = await send('left out')
    await expect.poll(changed, { timeout: 10_000 }).toBeGreaterThan(3)
    expect(await statesOf(world(), messageId)).not.toContain('MINED')
    proxy.alter()
    await awaitOutcome(world().nc, messageId, patience)
    await allTold(2)
  })

  test('logs that say another thing under the same bloom are found by the receipts root', async () => {
    await startBehindProxy()
    const { changed } = alterReceipts(receipt => ({
      ...receipt,
      logs: receipt.logs.map(log => ({ ...log, data: `0x${'ff'.repeat(32)}` as Hex })),
    }))
    await awaitOutcome(world().nc, await send('made up'), patience)
    await named('do not hash to its root: the node lags, or lies')
    expect(changed()).toBeGreaterThan(0)
    const transfers = (await published(world())).filter(({ event }) => event === 'Transfer')
    expect(transfers.filter(({ args }) => args.value !== '1')).toEqual([])
    proxy.alter()
    await allTold(3)
  })
})

describe('a bloom', () => {
  test('is that of the header, for every block, and never denies an address that has a log', async () => {
    const end = Number(await world().rpc<Hex>('eth_blockNumber', []))
    let held = 0
    for (let number = 0; number <= end; number += 1) {
      const at = `0x${number.toString(16)}`
      const header = await world().rpc<RpcHeader>('eth_getBlockByNumber', [at, false])
      const receipts = await world().rpc<RpcReceipt[]>('eth_getBlockReceipts', [at])
      expect(bloomOf(receipts)).toBe(header.logsBloom)
      for (const { address } of receipts.flatMap(({ logs }) => logs)) {
        held += 1
        expect(mayHold(header.logsBloom, [address])).toBe(true)
      }
    }
    expect(held).toBeGreaterThan(20)
  })

  test('denies most addresses that have none', async () => {
    const log = { address: world().governor, topics: [`0x${'11'.repeat(32)}`, `0x${'22'.repeat(32)}`] }
    const bloom = bloomOf([{ logs: [log] } as unknown as RpcReceipt])
    const others = Array.from({ length: 500 }, (_, index) => `0x${index.toString(16).padStart(40, '0')}` as Hex)
    expect(others.filter(address => mayHold(bloom, [address])).length).toBeLessThan(5)
    expect(mayHold(`0x${'00'.repeat(256)}`, others)).toBe(false)
  })
})
