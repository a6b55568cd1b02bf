import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { RpcHeader, RpcReceipt } from '../../../gateway/block.ts'
import { type Nodes, openNodes } from '../../../gateway/nodes/nodes.ts'
import { chooseKnown } from '../../../gateway/profiles/choose-profile.ts'
import { connectRpc } from '../../../gateway/rpc.ts'
import type { ChainEvent } from '../../../protocol/chain-event.ts'
import { messageIdOf } from '../../../protocol/chain-message.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { submitItems } from '../../../stack/anchor-items.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { openLog } from '../../../stack/log.ts'
import { parseNode } from '../../../stack/node-list.ts'
import { entente } from '../entente.ts'
import { startGatewayProcess } from '../gateway-process.ts'
import { onChain, placeOf, published } from '../published.ts'
import { mint, recordsOf } from '../token.ts'
import { withGateway } from '../with-gateway.ts'
import { type Lie, type ShapedNode, startShapedNode } from './shape.ts'
import { unproven } from './unproven.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
let nodes: ShapedNode[]
let minted = 0

beforeEach(async () => {
  const startOne = () => startShapedNode(world().servers.stack.urls.chain, unproven)
  nodes = await Promise.all([startOne(), startOne(), startOne()])
})
afterEach(async () => {
  await Promise.all(nodes.map(node => node.stop()))
})

async function gatewayOverAll(): Promise<Nodes> {
  const over = await openNodes({
    ...{ timeoutMs: 1_000, probeTimeoutMs: 500, lookMs: 200, finalityBlocks: 2, named: 'unproven' },
    list: nodes.map(({ url }) => parseNode(url)!),
    log: openLog('nodes', { LOG_LEVEL: 'info' }, join(world().servers.dir, 'nodes.log')),
  })
  onTestFinished(() => over.stop())
  const gateway = await start({ rpc: over.rpc, profile: over.chosen.profile, finalityBlocks: 2 })
  onTestFinished(() => gateway.stop())
  return over
}

async function send(name: string): Promise<void> {
  const { messageId } = await submitIntent(world().nc, mint(world(), name), patience)
  expect((await awaitOutcome(world().nc, messageId, patience)).state).toBe('FINAL')
  minted += 1
}

const transfers = async () => (await published(world())).filter(({ event }) => event === 'Transfer')

/** All that was published is what the chain has, and nothing of a lie is among it. */
async function allTold(): Promise<void> {
  await expect.poll(async () => (await transfers()).length, { timeout: 20_000 }).toBe(minted)
  const truth = await startShapedNode(world().servers.stack.urls.chain, unproven)
  onTestFinished(() => truth.stop())
  const rpc = connectRpc(truth.url, { timeoutMs: 2_000 })
  const events = await published(world())
  expect(events.map(placeOf)).toEqual(await onChain({ ...world(), rpc }, events.at(-1)!))
  for (const { args, blockNumber, blockTimeMs } of (await transfers()) as (ChainEvent & {
    args: { value: string }
  })[]) {
    const { timestamp } = await world().rpc<RpcHeader>('eth_getBlockByNumber', [`0x${blockNumber.toString(16)}`, false])
    expect({ value: args.value, blockTimeMs }).toEqual({ value: '1', blockTimeMs: Number(timestamp) * 1000 })
  }
}

/** Of every log, says another thing: there is no root that would show it. */
const otherLogs =
  (data: () => Hex): Lie =>
  (method, result) => {
    if (method !== 'eth_getBlockReceipts' || result === null) return result
    const receipts = result as RpcReceipt[]
    return receipts.map(each => ({ ...each, logs: each.logs.map(log => ({ ...log, data: data() })) }))
  }
const aMillion = otherLogs(() => `0x${'f'.repeat(5).padStart(64, '0')}`)

const standing = (over: Nodes, index: number) => over.list()[index]!.standing

describe('a chain whose blocks prove nothing', () => {
  test('is followed by what most of its nodes say', async () => {
    await gatewayOverAll()
    await Promise.all([1, 2, 3].map(number => send(`unproven ${number}`)))
    await allTold()
  })

  test('has a node that lies about receipts taken out, and nothing that it said is told', async () => {
    const over = await gatewayOverAll()
    nodes[1]!.lie(aMillion)
    await send('one lies about receipts')
    await expect.poll(() => standing(over, 1), { timeout: 10_000 }).toBe('out')
    expect(over.list()[1]!.why).toContain('eth_getBlockReceipts')
    await send('and is asked no more')
    await allTold()
  })

  test('has a node that lies about a time taken out, though no hash shows it', async () => {
    const over = await gatewayOverAll()
    nodes[2]!.lie((method, result) =>
      method === 'eth_getBlockByNumber' && result !== null ? { ...(result as RpcHeader), timestamp: '0x1' } : result,
    )
    await send('one lies about times')
    await expect.poll(() => standing(over, 2), { timeout: 10_000 }).toBe('out')
    await allTold()
  })

  test('tells nothing while most of its nodes say different things, and all once they agree', async () => {
    await gatewayOverAll()
    const noise = () => otherLogs(() => `0x${randomBytes(32).toString('hex')}`)
    nodes[0]!.lie(noise())
    nodes[1]!.lie(noise())
    const { messageId } = await submitIntent(world().nc, mint(world(), 'two lie'), patience)
    const mined = () => world().rpc<Hex>('eth_blockNumber', []).then(Number)
    const from = await mined()
    await expect.poll(mined, { timeout: 20_000 }).toBeGreaterThan(from + 8)
    expect(await transfers()).toHaveLength(minted)
    nodes[0]!.lie()
    nodes[1]!.lie()
    await awaitOutcome(world().nc, messageId, patience)
    minted += 1
    await allTold()
  })

  test('takes nothing that asks for a proof, and sends nothing of it', async () => {
    await gatewayOverAll()
    const { nc } = world()
    const intent = { ...mint(world(), 'to be proven'), prove: true }
    await expect(submitIntent(nc, intent, patience)).rejects.toMatchObject({ code: 'RECEIPTS_UNPROVEN' })
    expect(await recordsOf(world(), messageIdOf(intent))).toEqual([])
    const items = { tenant: 'consortium', businessId: 'items', items: randomBytes(64) }
    await expect(submitItems(nc, items, patience)).rejects.toMatchObject({ code: 'RECEIPTS_UNPROVEN' })
  })

  test('is no chain to carry anything from', async () => {
    const rpc = connectRpc(nodes[0]!.url, { timeoutMs: 2_000 })
    await expect(chooseKnown(rpc, 'unproven')).rejects.toMatchObject({ code: 'RECEIPTS_UNPROVEN' })
    const [from, to] = [nodes[0]!.url, world().servers.stack.urls.chain]
    const run = entente(world(), 'relay', 'run', '--from', from, '--to', to, '--profile', 'unproven')
    const { code, stderr } = await run.end
    expect({ code, stderr }).toEqual({ code: expect.any(Number), stderr: expect.stringContaining('RECEIPTS_UNPROVEN') })
    expect(code).not.toBe(0)
  })
})

describe('the start', () => {
  test('finds that a profile says more of a chain than its blocks do', async () => {
    const env = { ENTENTE_CHAIN_PROFILE: 'ethereum' }
    await expect(startGatewayProcess(world(), { chainUrl: nodes[0]!.url, env })).rejects.toMatchObject({
      code: 'CHAIN_PROFILE_MISMATCH',
      message: expect.stringContaining('the profile unproven fits'),
    })
  })
})
