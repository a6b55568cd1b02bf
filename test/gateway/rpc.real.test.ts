import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connectRpc, NodeSilent } from '../../gateway/rpc.ts'

/** A node that answers as it is told to, and the connections that were made to it. */
async function serve(answer: RequestListener) {
  let connections = 0
  const server = createServer({ keepAlive: true }, answer).on('connection', () => (connections += 1))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections, server }
}

async function bodyOf(request: IncomingMessage): Promise<{ id: number; params: unknown[] }> {
  let text = ''
  for await (const part of request) text += part
  return JSON.parse(text)
}

const echo: RequestListener = async (request, response) => {
  const { id, params } = await bodyOf(request)
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result: [request.headers.authorization ?? null, ...params] }))
}

test('calls go over a connection that stays open, and of any length', async () => {
  const { host, connections } = await serve(echo)
  const rpc = connectRpc(`http://${host}`, { timeoutMs: 5_000 })
  const long = 'é'.repeat(300_000)
  for (const word of ['one', 'two', long]) expect(await rpc('say', [word])).toEqual([null, word])
  expect(connections()).toBe(1)
})

test('a password in the URL is sent, and told to nobody', async () => {
  const { host } = await serve(echo)
  const rpc = connectRpc(`http://someone:secret@${host}/path`, { timeoutMs: 5_000 })
  expect(await rpc('say', [])).toEqual([`Basic ${Buffer.from('someone:secret').toString('base64')}`])
  const nobody = connectRpc('http://someone:secret@127.0.0.1:1/path', { timeoutMs: 5_000 })
  await expect(nobody('say', [])).rejects.toThrow(/^no answer from 127\.0\.0\.1:1: (?!.*secret)/)
})

test('a node that closes what nobody uses is called again', async () => {
  const { host, server, connections } = await serve(echo)
  const rpc = connectRpc(`http://${host}`, { timeoutMs: 5_000 })
  expect(await rpc('say', ['before'])).toEqual([null, 'before'])
  server.closeIdleConnections()
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(await rpc('say', ['after'])).toEqual([null, 'after'])
  expect(connections()).toBe(2)
})

test.each<[string, RequestListener, string]>([
  ['says nothing', () => {}, 'nothing for 300 ms'],
  ['begins an answer, and does not end it', (_, response) => void response.write('{"jsonrpc"'), ''],
  ['hangs up', request => request.socket.destroy(), 'socket hang up'],
  ['is a proxy in front of none', (_, response) => response.writeHead(502).end('<html>'), 'HTTP 502, and no JSON'],
  ['sends elsewhere', (_, response) => response.writeHead(308, { location: '/' }).end(), 'HTTP 308, and no JSON'],
])('a node that %s has not answered', async (_, answer, why) => {
  const { host } = await serve(answer)
  const rpc = connectRpc(`http://${host}`, { timeoutMs: 300 })
  const startedMs = performance.now()
  const error = await rpc('say', []).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(NodeSilent)
  expect((error as Error).message).toContain(`no answer from ${host}: ${why}`)
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})
