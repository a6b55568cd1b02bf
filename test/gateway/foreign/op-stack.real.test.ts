import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openAnchor } from '../../../evidence/receipt-proof.ts'
import type { RpcReceipt } from '../../../gateway/block.ts'
import { checkAnchor } from '../../../gateway/check-anchor.ts'
import { openNodes } from '../../../gateway/nodes/nodes.ts'
import { connectRpc } from '../../../gateway/rpc.ts'
import { AnchorProof } from '../../../protocol/chain-message.ts'
import { Anchor } from '../../../protocol/evidence.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { profileNamed } from '../../../stack/chain-profile.ts'
import { openLog } from '../../../stack/log.ts'
import { parseNode } from '../../../stack/node-list.ts'
import { startGatewayProcess } from '../gateway-process.ts'
import { onChain, placeOf, published } from '../published.ts'
import { mint } from '../token.ts'
import { withGateway } from '../with-gateway.ts'
import { opStack } from './op-stack.ts'
import { type Lie, type ShapedNode, startShapedNode } from './shape.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
let nodes: ShapedNode[]

beforeEach(async () => {
  const startOne = () => startShapedNode(world().servers.stack.urls.chain, opStack)
  nodes = await Promise.all([startOne(), startOne(), startOne()])
})
afterEach(async () => {
  await Promise.all(nodes.map(node => node.stop()))
})

const profile = profileNamed('op-stack')
const first = () => connectRpc(nodes[0]!.url, { timeoutMs: 2_000 })
const logOf = (name: string) => readFileSync(join(world().servers.dir, name), 'utf8')

async function send(name: string, prove = false) {
  const { messageId } = await submitIntent(world().nc, { ...mint(world(), name), prove }, patience)
  return awaitOutcome(world().nc, messageId, patience)
}

/** What was published is what the chain has, as its nodes say it. */
async function allTold(mints: number): Promise<void> {
  const transfers = async () => (await published(world())).filter(({ event }) => event === 'Transfer').length
  await expect.poll(transfers, { timeout: 20_000 }).toBe(mints)
  const events = await published(world())
  expect(events.map(placeOf)).toEqual(await onChain({ ...world(), rpc: first() }, events.at(-1)!))
}

/** Of blocks with logs, says another nonce of the deposit: it is in no log, and in no bloom. */
const otherNonce: Lie = (method, result) => {
  if (method !== 'eth_getBlockReceipts' || result === null) return result
  const receipts = result as RpcReceipt[]
  if (receipts.every(({ logs }) => logs.length === 0)) return receipts
  return receipts.map(each => (each.depositNonce ? { ...each, depositNonce: `${each.depositNonce}0` } : each))
}

describe('a chain of an OP stack', () => {
  test('is followed: what is sent is proven, and its events are told, once and in order', async () => {
    const gateway = await start({ rpc: first(), profile })
    onTestFinished(() => gateway.stop())
    const outcomes = await Promise.all([1, 2, 3].map(number => send(`op ${number}`, true)))
    for (const { proof } of outcomes) {
      await checkAnchor(AnchorProof.parse(proof))
      expect(await openAnchor(Anchor.parse(proof))).toHaveLength(1)
      expect(proof!.txIndex).toBeGreaterThan(0)
    }
    await allTold(3)
  })

  test('has liars about a deposit found by the receipts root: nothing is told before the truth is said', async () => {
    const gateway = await start({ rpc: first(), profile })
    onTestFinished(() => gateway.stop())
    nodes[0]!.lie(otherNonce)
    const { proof, cause } = await send('lied about', true)
    expect(proof).toBeUndefined()
    expect(cause).toMatch(/without a proof.*receipts root/)
    const said = 'do not hash to its root: the node lags, or lies'
    await expect.poll(() => logOf('gateway.log').includes(said), { timeout: 10_000 }).toBe(true)
    const told = async () => (await published(world())).filter(({ event }) => event === 'Transfer').length
    expect(await told()).toBe(3)
    nodes[0]!.lie()
    await allTold(4)
  })

  test('has one of three nodes that lies about a deposit taken out', async () => {
    const over = await openNodes({
      ...{ timeoutMs: 1_000, probeTimeoutMs: 500, lookMs: 200, finalityBlocks: 1, named: 'op-stack' },
      list: nodes.map(({ url }) => parseNode(url)!),
      log: openLog('nodes', { LOG_LEVEL: 'info' }, join(world().servers.dir, 'nodes.log')),
    })
    onTestFinished(() => over.stop())
    let liar: number | null = null
    for (const [index, node] of nodes.entries()) {
      node.lie((method, result) => {
        const said = otherNonce(method, result)
        if (said !== result) liar ??= index
        return liar === index ? said : result
      })
    }
    const gateway = await start({ rpc: over.rpc, profile: over.chosen.profile })
    onTestFinished(() => gateway.stop())
    const { proof } = await send('one of three', true)
    await checkAnchor(AnchorProof.parse(proof))
    expect(liar).not.toBeNull()
    const standings = () => over.list().map(({ standing }) => standing)
    await expect.poll(standings, { timeout: 10_000 }).toEqual([0, 1, 2].map(index => (index === liar ? 'out' : 'well')))
    await allTold(5)
  })
})

describe('taken for another chain', () => {
  test('it lets no gateway start, and the error says which profile fits', async () => {
    const env = { ENTENTE_CHAIN_PROFILE: 'ethereum' }
    const started = startGatewayProcess(world(), { chainUrl: nodes[0]!.url, env })
    await expect(started).rejects.toMatchObject({
      code: 'CHAIN_PROFILE_MISMATCH',
      message: expect.stringContaining('by the rules of ethereum: the profile op-stack fits'),
    })
    const list = nodes.map(({ url }) => url).join(',')
    const overThree = startGatewayProcess(world(), { chainUrl: list, env })
    await expect(overThree).rejects.toMatchObject({ message: expect.stringContaining('the profile op-stack fits') })
  })

  test('and what fits starts', async () => {
    const env = { ENTENTE_CHAIN_PROFILE: 'op-stack' }
    const gateway = await startGatewayProcess(world(), { chainUrl: nodes[0]!.url, env })
    await gateway.stop()
    const lines = logOf('gateway.log').split('\n')
    const warned = lines.filter(line => line.includes('MISMATCH') && line.includes('"profile":"op-stack"'))
    expect(warned.join('\n')).toContain('its node names itself anvil')
    expect(warned.join('\n')).not.toContain('receipts')
  })

  test('a gateway that works already stops aloud, and says what to do', async () => {
    const halted = Promise.withResolvers<unknown>()
    const gateway = await start({ rpc: first(), profile: profileNamed('ethereum'), onHalt: halted.resolve })
    onTestFinished(() => gateway.stop())
    const { messageId } = await submitIntent(world().nc, mint(world(), 'taken for another'), patience)
    expect(await halted.promise).toMatchObject({
      code: 'RECEIPT_TYPE_UNKNOWN',
      message: expect.stringMatching(/receipts of type 0x7e.*the profile op-stack has them/),
    })
    expect(messageId).toMatch(/^0x/)
  })
})
