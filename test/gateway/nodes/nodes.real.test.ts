import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { RpcHeader, RpcReceipt } from '../../../gateway/block.ts'
import type { Nodes } from '../../../gateway/nodes/nodes.ts'
import { serveNodes } from '../../../gateway/nodes/serve-nodes.ts'
import { NodeState } from '../../../protocol/gateway-door.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { askAll } from '../../../stack/ask-all.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { startAnvil } from '../../../stack/embedded/anvil.ts'
import { openLog } from '../../../stack/log.ts'
import { parseNodeList } from '../../../stack/node-list.ts'
import { runProgram } from '../../harness/run-program.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { entente } from '../entente.ts'
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts'
import { mint, recordsOf, supply } from '../token.ts'
import { withGateway } from '../with-gateway.ts'
import { becomes, forged, limits, openOver, standings } from './open-over.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 30_000 }
const relay = fileURLToPath(new URL('programs/relay.ts', import.meta.url))
let proxies: [FaultProxy, FaultProxy, FaultProxy]

beforeEach(async () => {
  const proxy = () => startFaultProxy(world().servers.stack.urls.chain)
  proxies = [await proxy(), await proxy(), await proxy()]
})
afterEach(async () => {
  for (const proxy of proxies) await proxy.stop()
})

const open = (...entries: string[]) => openOver(world().servers.dir, ...entries)

async function gatewayOver(nodes: Nodes): Promise<void> {
  const gateway = await start({ rpc: nodes.rpc, finalityBlocks: limits.finalityBlocks })
  onTestFinished(() => gateway.stop())
}

/** The first `count` that are asked for what can be lied about lie from then on; null says the truth. */
function liarsAmong(count: number, lie: (method: string, result: unknown, params: unknown[]) => unknown): number[] {
  const liars: number[] = []
  for (const [index, proxy] of proxies.entries()) {
    proxy.alter((method, result, params) => {
      if (!liars.includes(index) && liars.length === count) return result
      const said = lie(method, result, params)
      if (said !== null && !liars.includes(index)) liars.push(index)
      return said ?? result
    })
  }
  return liars
}

/** Mints some, and sees that each came through once. */
async function mintAll(name: string, count: number): Promise<void> {
  const before = await supply(world())
  const all = Array.from({ length: count }, async (_, index) => {
    const { messageId } = await submitIntent(world().nc, mint(world(), `${name} ${index}`), patience)
    await awaitOutcome(world().nc, messageId, patience)
    const signed = (await recordsOf(world(), messageId)).filter(({ state }) => state === 'SIGNED')
    expect(new Set(signed.map(({ txHash }) => txHash)).size).toBe(1)
  })
  await Promise.all(all)
  expect(await supply(world())).toBe(before + BigInt(count))
}

test('a list names nodes and their roles, a writer and a reader at least', () => {
  expect(parseNodeList('http://a:1, reader+archive@https://user:pass@b')).toEqual([
    { url: 'http://a:1', roles: ['writer', 'reader'] },
    { url: 'https://user:pass@b', roles: ['reader', 'archive'] },
  ])
  for (const wrong of ['', 'ws://a', 'reader@http://a', 'king@http://a', 'http://a,', 'http://a,http://a']) {
    expect(parseNodeList(wrong), wrong).toBeNull()
  }
})

describe('the gateway goes on', () => {
  test('while the node that it uses stands still', async () => {
    const stopped = runProgram(relay, [world().servers.stack.urls.chain])
    const nodes = await open(await stopped.nextLine(), proxies[0].url, proxies[1].url)
    await gatewayOver(nodes)
    await mintAll('before', 2)
    stopped.child.kill('SIGSTOP')
    await mintAll('meanwhile', 3)
    await becomes(nodes, 'silent', 'well', 'well')
    stopped.child.kill('SIGCONT')
    await becomes(nodes, 'well', 'well', 'well')
  })

  test('when the answer to a send is lost, by giving the same bytes to another writer', async () => {
    const nodes = await open(...proxies.map(({ url }) => url))
    await gatewayOver(nodes)
    for (const proxy of proxies) {
      let lost = 0
      proxy.inject(method => (method === 'eth_sendRawTransaction' && lost++ < 1 ? 'lose-answer' : 'pass'))
    }
    await mintAll('lost answer', 1)
    expect(proxies.filter(({ seen }) => seen.includes('eth_sendRawTransaction')).length).toBeGreaterThan(1)
  })

  test('when a node lies about what a block did, and the liar is asked no more', async () => {
    const nodes = await open(...proxies.map(({ url }) => url))
    // The first that is asked: which that is depends on how fast each is.
    const liars = liarsAmong(1, (method, result) => {
      const receipts = method === 'eth_getBlockReceipts' ? (result as RpcReceipt[]) : []
      return receipts.length === 0 ? null : receipts.map(receipt => ({ ...receipt, status: '0x0' }))
    })
    await gatewayOver(nodes)
    await mintAll('lied about', 3)
    expect(liars).toHaveLength(1)
    expect(nodes.list()[liars[0]!]).toMatchObject({
      standing: 'out',
      why: expect.stringMatching(/receipts of block \d+ do not/),
    })
  })
})

describe('what money depends on is what most nodes say', () => {
  test('a header that does not hash to itself is found at once', async () => {
    const nodes = await open(...proxies.map(({ url }) => url))
    const liars = liarsAmong(2, (method, result, params) =>
      method === 'eth_getBlockByNumber' && params[0] === '0x1' ? { ...(result as object), gasUsed: '0x1' } : null,
    )
    const header = await nodes.rpc<RpcHeader>('eth_getBlockByNumber', ['0x1', false])
    expect(header).toEqual(await world().rpc('eth_getBlockByNumber', ['0x1', false]))
    expect(liars).toHaveLength(2)
    expect(standings(nodes)).toEqual([0, 1, 2].map(index => (liars.includes(index) ? 'out' : 'well')))
  })

  test('a block that one made up does not become final, and it is found out', async () => {
    const nodes = await open(...proxies.map(({ url }) => url))
    const [used] = proxies
    used.alter((method, result) =>
      method === 'eth_getBlockByNumber' && result !== null ? forged(result as RpcHeader) : result,
    )
    await expect
      .poll(
        async () => {
          await nodes.rpc('eth_blockNumber', [])
          return nodes.list()[0]!.standing
        },
        { timeout: 10_000, interval: 100 },
      )
      .toBe('out')
    // On a busy machine an honest one may be late with an answer, once.
    await becomes(nodes, 'out', 'well', 'well')
    await gatewayOver(nodes)
    await mintAll('among liars', 1)
  })

  test('without a majority the head stands still', async () => {
    const nodes = await open(...proxies.map(({ url }) => url))
    const head = Number(await nodes.rpc('eth_blockNumber', []))
    const silent = (method: string) => (method === 'eth_chainId' ? 'pass' : 'lose-request')
    proxies[1].inject(silent)
    proxies[2].inject(silent)
    await becomes(nodes, 'well', 'silent', 'silent')
    const stuck = Number(await nodes.rpc('eth_blockNumber', []))
    await expect
      .poll(async () => Number(await world().rpc('eth_blockNumber', [])), { timeout: 10_000 })
      .toBeGreaterThan(stuck + 3)
    expect(Number(await nodes.rpc('eth_blockNumber', []))).toBe(stuck)
    expect(stuck).toBeGreaterThanOrEqual(head)
    proxies[1].inject()
    await becomes(nodes, 'well', 'well', 'silent')
    await expect
      .poll(async () => Number(await nodes.rpc('eth_blockNumber', [])), { timeout: 5_000 })
      .toBeGreaterThan(stuck)
  })
})

test('a node that lags is not read from', async () => {
  const nodes = await open(...proxies.map(({ url }) => url))
  const [late] = proxies
  const old = await world().rpc<RpcHeader>('eth_getBlockByNumber', ['latest', false])
  late.alter((method, result, params) => {
    if (method === 'eth_getBlockByNumber' && params[0] === 'latest') return old
    return method === 'eth_getLogs' ? [] : result
  })
  await becomes(nodes, 'behind', 'well', 'well')
  late.seen.length = 0
  const { registry } = world().deployment
  const logs = await nodes.rpc<unknown[]>('eth_getLogs', [
    { fromBlock: '0x0', toBlock: old.number, address: [registry] },
  ])
  expect(logs.length).toBeGreaterThan(0)
  for (let i = 0; i < 5; i++) await nodes.rpc('eth_getTransactionCount', [registry, 'latest'])
  // Only looked at.
  expect(late.seen.filter(method => method !== 'eth_getBlockByNumber')).toEqual([])
})

describe('a node of another chain', () => {
  test('is not asked, and cannot be added; others can, and be removed, while all goes on', async () => {
    const other = await startAnvil({ dir: scratchDir('other-chain'), blockTimeS: 1 })
    onTestFinished(() => other.stop())
    const nodes = await open(proxies[0].url, other.url, proxies[1].url)
    expect(nodes.list()[1]).toMatchObject({ standing: 'out', why: expect.stringContaining('genesis') })

    const { nc } = world()
    const log = openLog('nodes', { LOG_LEVEL: 'info' }, join(world().servers.dir, 'nodes.log'))
    const door = serveNodes(nc, nodes, log)
    onTestFinished(() => door.unsubscribe())
    const tell = async (command: unknown) => {
      const [answer] = await askAll(nc, subjects.chainNodes, command, { timeoutMs: 3_000, silence: 'NOT_FOUND' })
      return answer instanceof Error ? answer : NodeState.array().parse(answer)
    }
    const [, foreign] = nodes.list()
    expect(await tell({ do: 'remove', name: foreign!.name })).toHaveLength(1)
    expect(await tell({ do: 'add', node: other.url })).toMatchObject({ code: 'NODE_REFUSED' })
    expect(await tell({ do: 'add', node: `reader@${proxies[2].url}` })).toMatchObject([
      { standing: 'well', roles: ['reader'] },
    ])
    const { stdout } = await entente(world(), 'node', 'list').end
    expect(
      stdout
        .trim()
        .split('\n')
        .map(line => NodeState.parse(JSON.parse(line))),
    ).toHaveLength(3)
    for (const { name } of nodes.list().slice(0, 1)) await tell({ do: 'remove', name })
    const [last] = nodes.list()
    expect(await tell({ do: 'remove', name: last!.name })).toMatchObject({
      message: expect.stringContaining('last writer'),
    })
    expect(Number(await nodes.rpc('eth_blockNumber', []))).toBeGreaterThan(0)
  })
})
