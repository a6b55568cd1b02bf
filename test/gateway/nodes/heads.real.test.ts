import { join } from 'node:path'
import websocket, { type WebSocket as Socket } from '@fastify/websocket'
import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createBell } from '../../../gateway/bell.ts'
import { followHeads } from '../../../gateway/nodes/heads.ts'
import { openNodes } from '../../../gateway/nodes/nodes.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { openLog } from '../../../stack/log.ts'
import { parseNode, parseNodeList } from '../../../stack/node-list.ts'
import { type CutProxy, startCutProxy } from '../cut-proxy.ts'
import { onChain, placeOf, published } from '../published.ts'
import { mint, supply } from '../token.ts'
import { withGateway } from '../with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
const chainUrl = () => world().servers.stack.urls.chain
const log = () => openLog('heads', { LOG_LEVEL: 'info' }, join(world().servers.dir, 'heads.log'))
let proxy: CutProxy

beforeEach(async () => {
  proxy = await startCutProxy(chainUrl())
})
afterEach(() => proxy.stop())

test('a list says where new heads are said', () => {
  expect(parseNodeList('https://a/key+ws,reader@http://u:p@b:1+ws://u:p@b:2')).toEqual([
    { url: 'https://a/key', roles: ['writer', 'reader'], headsUrl: 'wss://a/key' },
    { url: 'http://u:p@b:1', roles: ['reader'], headsUrl: 'ws://u:p@b:2' },
  ])
  for (const wrong of ['http://a+ws://', 'ws://a+ws', 'http://a+wss://u@'])
    expect(parseNodeList(wrong), wrong).toBeNull()
})

/** Something that speaks as it likes with whoever connects. */
async function serveSocket(speak: (socket: Socket) => void): Promise<string> {
  const app = Fastify({ forceCloseConnections: true })
  await app.register(websocket)
  app.get('/', { websocket: true }, speak)
  onTestFinished(() => app.close())
  return (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws')
}

describe('heads', () => {
  /** Counts what is heard through the proxy. */
  function hear(beatMs = 5_000) {
    let heard = 0
    const url = `ws://${proxy.host}`
    const heads = followHeads({ url, name: 'it', beatMs, onHead: () => (heard += 1), log: log() })
    onTestFinished(() => heads.stop())
    return { heads, heard: () => heard, isOpen: () => expect.poll(heads.isOpen, { timeout: 10_000, interval: 20 }) }
  }

  test('are heard, and again after the socket was cut', async () => {
    const { heads, heard, isOpen } = hear()
    await isOpen().toBe(true)
    await expect.poll(heard, { timeout: 10_000 }).toBeGreaterThan(2)
    proxy.cut()
    await isOpen().toBe(false)
    const before = heard()
    proxy.mend()
    await isOpen().toBe(true)
    await expect.poll(heard, { timeout: 10_000 }).toBeGreaterThan(before + 1)
    expect(heads.isOpen()).toBe(true)
  })

  test('come by another socket when one hangs and says nothing', async () => {
    const { heard, isOpen } = hear(1_500)
    await isOpen().toBe(true)
    proxy.hang()
    await isOpen().toBe(false)
    const before = heard()
    proxy.mend()
    await isOpen().toBe(true)
    await expect.poll(heard, { timeout: 10_000 }).toBeGreaterThan(before + 1)
  })

  test('of a node that does not say them are asked for with growing pauses', async () => {
    let calls = 0
    const url = await serveSocket(socket => {
      calls += 1
      socket.on('message', data => {
        const { id } = JSON.parse(String(data))
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method' } }))
      })
    })
    const heads = followHeads({ url, name: 'it', onHead: () => expect.unreachable(), log: log() })
    onTestFinished(() => heads.stop())
    await expect.poll(() => calls, { timeout: 10_000 }).toBeGreaterThan(2)
    expect(heads.isOpen()).toBe(false)
    expect(calls).toBeLessThan(20)
  })
})

describe('a bell', () => {
  const never = new AbortController().signal

  test('ends the wait of who waits, and the next of who does not', async () => {
    const bell = createBell()
    const startedMs = performance.now()
    setTimeout(bell.ring, 20)
    await bell.wait(10_000, never)
    bell.ring()
    await bell.wait(10_000, never)
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })

  test('that rings without end wakes at most once in 5 ms', async () => {
    const bell = createBell()
    const startedMs = performance.now()
    for (let looks = 0; looks < 20; looks += 1) {
      bell.ring()
      await bell.wait(10_000, never)
    }
    expect(performance.now() - startedMs).toBeGreaterThan(80)
  })
})

describe('failure 16: a gateway that hears of heads', () => {
  async function mintAll(name: string, count: number): Promise<void> {
    const before = await supply(world())
    for (let index = 0; index < count; index += 1) {
      const { messageId } = await submitIntent(world().nc, mint(world(), `${name} ${index}`), patience)
      await awaitOutcome(world().nc, messageId, patience)
    }
    expect(await supply(world())).toBe(before + BigInt(count))
  }

  test('goes on by polling when the socket is cut, hears again later, and tells everything once', async () => {
    const nodes = await openNodes({
      list: [parseNode(`${chainUrl()}+ws://${proxy.host}`)!],
      finalityBlocks: 1,
      log: log(),
    })
    onTestFinished(() => nodes.stop())
    const gateway = await start({ rpc: nodes.rpc, heads: nodes.heads })
    onTestFinished(() => gateway.stop())
    const heard = () => expect.poll(() => nodes.list()[0]!.heads, { timeout: 10_000, interval: 20 })
    await heard().toBe('heard')
    await mintAll('heard', 3)
    proxy.cut()
    await heard().toBe('not heard')
    await mintAll('not heard', 3)
    proxy.mend()
    await heard().toBe('heard')
    await mintAll('heard again', 3)
    const mints = async () => (await published(world())).filter(({ event }) => event === 'Transfer').length
    await expect.poll(mints, { timeout: 10_000 }).toBe(9)
    const events = await published(world())
    expect(events.map(placeOf)).toEqual(await onChain(world(), events.at(-1)!))
  })

  test('is not moved by heads that are made up, however many', async () => {
    const url = await serveSocket(socket => {
      socket.on('message', () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, result: '0x1' })))
      const lying = setInterval(() => {
        const result = { number: '0xffffff', hash: `0x${'ee'.repeat(32)}` }
        socket.send(JSON.stringify({ method: 'eth_subscription', params: { subscription: '0x1', result } }))
      }, 1)
      socket.on('close', () => clearInterval(lying))
    })
    const nodes = await openNodes({ list: [parseNode(`${chainUrl()}+${url}`)!], finalityBlocks: 1, log: log() })
    onTestFinished(() => nodes.stop())
    const gateway = await start({ rpc: nodes.rpc, heads: nodes.heads })
    onTestFinished(() => gateway.stop())
    await mintAll('lied to', 3)
    const events = await published(world())
    expect(events.map(placeOf)).toEqual(await onChain(world(), events.at(-1)!))
  })
})
